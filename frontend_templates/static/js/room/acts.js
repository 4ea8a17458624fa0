// @ts-check
/** What the toolbar and the keys do. */
import { assertive } from "../core/announce.js";
import { one } from "../core/dom.js";

const TRACK = /** @type {const} */ ({ microphone: "audio", camera: "video" });

/** @param {import("./room.js").Room} room @returns {import("./controls.js").Acts} */
export const actsOf = (room) => ({
  microphone: () => flip(room, "microphone"),
  camera: () => flip(room, "camera"),
  chat: () => flipChat(room),
  end: () => room.end.ask(),
  tell: () => assertive(room.meter.sentence()),
  funds: () => room.funds.toggle(),
});

/** @param {import("./room.js").Room} room @param {"microphone" | "camera"} device */
function flip(room, device) {
  if (!room.tracks[TRACK[device]]) {
    assertive(`There is no ${device} on this page.`);
    return;
  }
  room.tracks.choose(device, !room.tracks[device]);
  room.controls.device(device, room.tracks[device]);
}

/** @param {import("./room.js").Room} room */
function flipChat(room) {
  const side = one(".side");
  if (!side) return;
  side.hidden = !side.hidden;
  room.controls.chat(!side.hidden);
  room.chat.markRead();
  room.chat.toEnd();
  if (!side.hidden) room.chat.field.focus();
}
