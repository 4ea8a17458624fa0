// @ts-check
/** One reading in one page: the socket's words in, the person's acts out. */
import { assertive, toast } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money } from "../core/money.js";
import { RoomSocket } from "../core/socket.js";
import { actsOf } from "./acts.js";
import { Beats } from "./beats.js";
import { Call } from "./call.js";
import { watchCap } from "./cap.js";
import { Chat } from "./chat.js";
import { Controls } from "./controls.js";
import { EndDialog } from "./ending.js";
import { mediaOf } from "./devices.js";
import { Funds } from "./funds.js";
import { Meter } from "./meter.js";
import { Panels } from "./panels.js";
import { Check } from "./precall.js";
import { sync } from "./server_clock.js";
import { Tracks } from "./tracks.js";
import { View } from "./view.js";

/** Longer than this without our socket, and the server has surely stopped the clock: so do our tracks. */
const SOCKET_PATIENCE_MS = 10_000;
const LAST_WARNING_SECONDS = 60;

export class Room {
  /** @param {import("./shapes.js").RoomConfig} config */
  constructor(config) {
    this.config = config;
    this.ready = !mediaOf(config.kind).length;
    /** @type {import("./shapes.js").Session | null} */
    this.session = null;
    this.online = false;
    this.over = false;
    this.warned = false;
    this.preparing = false;
    this.socketTimer = 0;
    /** @type {import("./shapes.js").Send} */
    const send = (type, content, id) => this.socket.send(type, content, id);
    this.tracks = new Tracks((media) => send("media-state", media));
    this.call = new Call(config, { send, tracks: this.tracks, beat: () => this.beats.beat(), onLine: (...word) => this.view.line(...word) });
    this.panels = new Panels();
    this.meter = new Meter(config);
    this.funds = new Funds(config);
    this.view = new View(config, this.panels, this.meter, this.funds);
    this.chat = new Chat(config, { send, visible: () => this.chatOpen(), onUnread: (count) => this.controls?.unread(count) });
    this.end = new EndDialog(config, { send, total: () => this.meter.cost, live: () => !this.over });
    this.controls = new Controls(actsOf(this));
    this.check = this.ready ? null : new Check(config, { configuration: () => this.call.configuration().catch(() => ({})), onReady: (stream) => this.enter(stream) });
    this.beats = new Beats({
      kind: config.kind, send, read: () => this.call.read(), present: () => this.inRoom(), onLeave: () => this.socket.close(),
    });
    this.socket = new RoomSocket(`sessions/${config.id}`, { onFrame: (frame) => this.hear(frame), onState: (state, code) => this.lineMoved(state, code) });
    watchCap(config);
    for (const button of all("[data-here]")) button.addEventListener("click", () => location.reload());
    for (const button of all("[data-again]")) button.addEventListener("click", () => this.call.again());
  }

  inRoom() {
    return Boolean(this.session && this.session.state !== "requested" && !this.over);
  }

  chatOpen() {
    return !one(".side")?.hidden;
  }

  /** @param {import("../core/socket.js").Frame} frame */
  hear({ type, data }) {
    sync(data?.server_time);
    if (this.call.hear(type, data)) return;
    this.HEARD[type]?.(data);
  }

  /** @type {Record<string, (content: any) => void>} */
  HEARD = {
    joined: (joined) => this.joined(joined),
    "user-joined": ({ role }) => role !== this.config.role && this.call.setPresent(true),
    "user-left": ({ role }) => role !== this.config.role && this.call.setPresent(false),
    "session-state": (state) => {
      if (!this.session || state.version < this.session.version) return;
      Object.assign(this.session, state);
      this.apply();
    },
    meter: (reading) => {
      this.meter.hear(reading);
      // The server is ahead of this page: a word was lost, so ask for everything again.
      if (this.session && reading.version > this.session.version) this.socket.send("join-reading");
    },
    "billing-tick": (tick) => this.meter.charge(tick),
    "balance-low": ({ seconds_left }) => this.low(seconds_left),
    "balance-updated": ({ available_cents }) => {
      this.warned = false;
      this.funds.arrived(available_cents);
    },
    "cap-reached": ({ cap_cents }) => assertive(`The spend cap of ${money(cap_cents, this.config.currency)} is reached. The clock has stopped.`),
    quality: (quality) => this.meter.setQuality(quality),
    "chat-message": (message) => this.chat.show(message),
    "chat-delivered": ({ message_id }) => this.chat.delivered(message_id),
    "chat-read": ({ up_to }) => this.chat.read(up_to),
    "chat-typing": () => this.chat.typing(),
    "session-ended": (ending) => this.finish(ending),
    error: ({ code, detail, ref }) => {
      if (ref && this.chat.refused(ref, detail)) return;
      if (code !== "unknown_type") toast({ tone: "warn", text: detail || "That did not work." });
    },
  };

  /** @param {import("./shapes.js").Joined} joined */
  joined({ peer, session, meter, messages, ice_policy }) {
    sync(meter.server_time);
    if (["ended", "declined", "missed", "cancelled", "no_connect"].includes(session.state)) {
      if (!this.over) location.replace(this.config.receipt_url);
      return;
    }
    this.session = session;
    this.call.policy = ice_policy;
    this.meter.hear(meter);
    this.chat.restore(messages);
    this.apply();
    this.call.setPresent(peer.present, true);
    this.beats.beat();
  }

  /** Show where the reading is and let tracks, clock and check follow. */
  apply() {
    if (!this.session || this.over) return;
    const active = this.session.state === "active";
    this.tracks.setActive(active && this.ready);
    this.view.show(this.session, { ready: this.ready, online: this.online });
    if (this.session.state === "paused") this.chat.toEnd();
    this.prepare();
  }

  /** The check before the room; a person who was here before goes straight in. */
  async prepare() {
    if (this.ready || !this.check || this.check.begun || this.preparing) return;
    this.preparing = true;
    if (await this.check.skip()) return;
    await this.check.begin();
  }

  /** @param {MediaStream | null} stream */
  enter(stream) {
    this.ready = true;
    this.tracks.take(stream);
    for (const device of /** @type {const} */ (["microphone", "camera"])) {
      if (!this.tracks[device === "microphone" ? "audio" : "video"]) this.controls.without(device);
    }
    this.call.enter();
    this.apply();
  }

  /** @param {number} seconds */
  low(seconds) {
    this.view.low(seconds, seconds <= LAST_WARNING_SECONDS || this.warned);
    this.warned = true;
  }

  /** @param {import("../core/socket.js").SocketState} state @param {number} code */
  lineMoved(state, code) {
    this.online = state === "open";
    clearTimeout(this.socketTimer);
    if (state === "closed" && !this.over) {
      if (code === 4410) location.replace(this.config.receipt_url);
      else this.leave(code === 4409 ? "moved" : "shut");
      return;
    }
    if (!this.online) this.socketTimer = Number(setTimeout(() => this.tracks.setActive(false), SOCKET_PATIENCE_MS));
    if (this.session && !this.over) this.view.show(this.session, { ready: this.ready, online: this.online });
  }

  /** @param {import("./shapes.js").Ending} ending */
  finish(ending) {
    this.view.ended(ending);
    this.leave("ended");
  }

  /** Stop everything that sends, and say why. @param {"ended" | "moved" | "shut"} panel */
  leave(panel) {
    this.over = true;
    this.beats.stop();
    this.call.close();
    this.meter.stop();
    this.funds.hide();
    this.end.close();
    this.chat.close();
    this.controls.close();
    this.socket.close();
    this.panels.show(panel);
    this.panels.stop();
    need(".strip").dataset.state = panel;
  }
}
