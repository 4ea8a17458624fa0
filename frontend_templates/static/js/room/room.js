// @ts-check
/** One reading in one page: the socket's words in, the person's acts out. */
import { all, need, one } from "../core/dom.js";
import { RoomSocket } from "../core/socket.js";
import { actsOf } from "./acts.js";
import { Beats } from "./beats.js";
import { Call } from "./call.js";
import { watchCap } from "./cap.js";
import { Chat } from "./chat.js";
import { Controls } from "./controls.js";
import { EndDialog } from "./ending.js";
import { mediaOf } from "./devices.js";
import { heardIn } from "./frames.js";
import { Funds } from "./funds.js";
import { Meter } from "./meter.js";
import { Panels } from "./panels.js";
import { Check } from "./precall.js";
import { Stall } from "./stall.js";
import { sync } from "./server_clock.js";
import { Tracks } from "./tracks.js";
import { View } from "./view.js";

/** Longer than this without our socket, and the server has surely stopped the clock: so do our tracks. */
const SOCKET_PATIENCE_MS = 10_000;
/** The server answers every beat: after two without an answer the line is dead, though it looks open. */
const SILENCE_MS = 11_000;
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
    this.heardAt = performance.now();
    this.heard = heardIn(this);
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
      onBeat: () => this.listen(),
    });
    this.stall = new Stall(config.stall_seconds, { connection: () => this.call.peer.pc, running: () => this.meter.running });
    this.socket = new RoomSocket(`sessions/${config.id}`, { onFrame: (frame) => this.hear(frame), onState: (state, code) => this.lineMoved(state, code) });
    watchCap(config);
    addEventListener("offline", () => this.lineMoved("waiting", 0));
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
    this.heardAt = performance.now();
    if (!this.online) this.lineMoved("open", 0);
    sync(data?.server_time);
    if (this.call.hear(type, data)) return;
    this.heard[type]?.(data);
  }

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
    if (this.online || !active) this.tracks.setActive(active && this.ready);
    this.view.show(this.session, { ready: this.ready, online: this.online });
    if (this.session.state === "paused") {
      this.chat.toEnd();
      this.funds.hide(); // its place is taken by what the pause asks
    }
    if (!this.online) this.chat.toEnd();
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

  /** @param {number} seconds @param {string} [why] what runs out */
  low(seconds, why) {
    this.view.low(seconds, seconds <= LAST_WARNING_SECONDS || this.warned, why);
    this.warned = true;
  }

  /** Notice a line that died without a word, and try another one. */
  listen() {
    if (!this.online || performance.now() - this.heardAt < SILENCE_MS) return;
    this.tracks.setActive(false);
    this.lineMoved("waiting", 0);
    this.socket.socket?.close(4000);
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
    if (!this.online) this.meter.setQuality({ self: 0, peer: 0 });
    if (!this.online) this.socketTimer = Number(setTimeout(() => this.tracks.setActive(false), SOCKET_PATIENCE_MS));
    this.apply();
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
    this.stall.stop();
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
