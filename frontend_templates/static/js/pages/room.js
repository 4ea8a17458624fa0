// @ts-check
/** The reading room's page: read what the template says and open the room. */
import { all, need } from "../core/dom.js";
import { start } from "../core/me.js";
import { Room } from "../room/room.js";

// The person's own line stays up in here: a reader in a reading is not a reader who is away.
// What it would say about this very reading, the room says itself.
for (const type of ["request-accepted", "request-declined", "request-missed", "request-cancelled", "reading-moved", "status"]) {
  document.addEventListener(`soulseer:${type}`, (event) => event.preventDefault());
}
start();

const place = need("[data-room]").dataset;

new Room({
  id: place.room || "",
  kind: /** @type {import("../room/shapes.js").Kind} */ (place.kind),
  role: /** @type {import("../room/shapes.js").Role} */ (place.role),
  peer_name: place.peerName || "",
  currency: place.currency || "USD",
  presets_cents: all("[data-top-up]").map((button) => Number(button.dataset.topUp)),
  stall_seconds: Number(place.stallSeconds || 20),
  message_chars_max: Number(place.charsMax || 4000),
  receipt_url: place.receiptUrl || "",
  home_url: "/",
});

// Back from the browser's page cache: the socket was closed on the way out.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
