// @ts-check
/** The reader's console: status, the door, what is running. Opens on top of the person's own line. */
import { one } from "../core/dom.js";
import { chime } from "../core/ring.js";
import { Availability } from "../room/availability.js";
import { Doorbell } from "../room/doorbell.js";

const door = new Doorbell();
const availability = new Availability();

/** @param {string} type @param {(content: any) => boolean | void} act true takes the event from the page's own notices */
const on = (type, act) => document.addEventListener(`soulseer:${type}`, (event) => {
  if (act(/** @type {CustomEvent} */ (event).detail)) event.preventDefault();
});

on("incoming-request", (request) => {
  door.knock(request);
  return true;
});
on("request-cancelled", ({ session_id }) => {
  if (!door.rings(session_id)) return false;
  door.leave("They stopped asking", "Nothing was charged.");
  return true;
});
on("request-missed", ({ session_id }) => {
  if (!door.rings(session_id)) return false;
  door.leave("The ring ended without an answer", "They were told that nothing was charged.");
  return true;
});
on("request-accepted", ({ session_id, url }) => {
  // Accepted on another device: the room is there, and one tap away here.
  if (!door.rings(session_id)) return false;
  door.hush();
  location.assign(url || `/sessions/${session_id}/`);
  return true;
});
on("status", ({ status, reason }) => availability.hear(status, reason));
on("reading-moved", ({ state }) => {
  if (one("[data-running]") && !["requested", "connecting", "active", "paused"].includes(state)) location.reload();
});
on("snapshot", () => { availability.refresh(); });

// Someone was already ringing when this page opened.
const { session, name, kind, rate, cap, question, past, expires } = door.place.dataset;
if (session) {
  door.knock({
    session_id: session, client_name: name || "", kind: /** @type {import("../room/shapes.js").Kind} */ (kind),
    rate_per_minute_cents: Number(rate), cap_cents: cap ? Number(cap) : null, question: question || null,
    past_readings: Number(past), expires_at: expires || "",
  });
}

one("[data-try-bell]")?.addEventListener("click", () => {
  const quiet = chime();
  setTimeout(quiet, 1500);
});
