// @ts-check
/** The page of one live room: open the room, guard its door, or wait until it opens. */
import { get } from "../core/api.js";
import { all, one } from "../core/dom.js";
import { askFor } from "../live/book.js";
import { fill } from "../live/board.js";
import { guard } from "../live/door.js";
import "../live/reminders.js";
import { LiveRoom } from "../live/room.js";
import { local } from "../live/times.js";

const LOOK_MS = 10_000;

local();

const room = one("[data-room]");
if (room) {
  const { room: id = "", host = "", hostName = "", hostSlug = "", currency = "USD", role } = room.dataset;
  const open = new LiveRoom({
    id, host_id: host, host_name: hostName, host_slug: hostSlug, currency,
    role: role === "moderator" || role === "host" ? role : "viewer",
    user_id: document.body.dataset.user || "", is_client: document.body.dataset.role === "client",
  });
  addEventListener("pagehide", () => open.leave());
  // Back from the browser's page cache: everything was closed on the way out.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  for (const link of all("[data-book]")) link.addEventListener("click", (event) => {
    event.preventDefault();
    askFor(hostSlug);
  });
}

const meter = one("[data-goal-meter]");
if (meter && !room) fill(Number(meter.dataset.reached), Number(meter.dataset.cents));

const door = one("[data-door]");
const entry = one("[data-buy-entry]");
if (door && entry instanceof HTMLButtonElement) guard(door.dataset.door || "", entry);

/** At a door, or before an announced room: come in by itself when it opens, or hear that it closed. */
const waiting = door?.dataset.door || one('[data-closed="scheduled"]')?.dataset.stream;
if (waiting) {
  const before = door ? "live" : "scheduled";
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const stream = await get(`streams/${waiting}/`);
      if (stream.state !== before) location.reload();
      for (const place of all(`[data-viewers="${CSS.escape(waiting)}"]`)) place.textContent = String(stream.viewers);
    } catch { /* The next time will do. */ }
  }, LOOK_MS);
}
