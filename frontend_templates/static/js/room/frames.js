// @ts-check
/** What each frame of the server changes in the room. */
import { assertive, toast } from "../core/announce.js";
import { money } from "../core/money.js";

/** @param {import("./room.js").Room} room @returns {Record<string, (content: any) => void>} by type */
export const heardIn = (room) => ({
  joined: (joined) => room.joined(joined),
  "user-joined": ({ role }) => role !== room.config.role && room.call.setPresent(true),
  "user-left": ({ role }) => role !== room.config.role && room.call.setPresent(false),
  "session-state": (state) => {
    if (!room.session || state.version < room.session.version) return;
    Object.assign(room.session, state);
    room.apply();
    room.beats.beat(); // answered by the meter of the new state
  },
  meter: (reading) => {
    room.meter.hear(reading);
    // The server is ahead of this page: a word was lost, so ask for everything again.
    if (room.session && reading.version > room.session.version) room.socket.send("join-reading");
  },
  "billing-tick": (tick) => room.meter.charge(tick),
  "balance-low": ({ seconds_left, why }) => room.low(seconds_left, why),
  "balance-updated": ({ available_cents }) => {
    room.warned = false;
    room.funds.arrived(available_cents);
  },
  "cap-reached": ({ cap_cents }) => assertive(`The spend cap of ${money(cap_cents, room.config.currency)} is reached. The clock has stopped.`),
  quality: (quality) => room.meter.setQuality(quality),
  "chat-message": (message) => room.chat.show(message),
  "chat-delivered": ({ message_id }) => room.chat.delivered(message_id),
  "chat-read": ({ up_to }) => room.chat.read(up_to),
  "chat-typing": () => room.chat.typing(),
  "session-ended": (ending) => room.finish(ending),
  error: ({ code, detail, ref }) => {
    if (ref && room.chat.refused(ref, detail)) return;
    if (code !== "unknown_type") toast({ tone: "warn", text: detail || "That did not work." });
  },
});
