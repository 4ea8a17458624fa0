// @ts-check
/** One live room in one page: the socket's words in, the viewer's acts out. */
import { get } from "../core/api.js";
import { polite, toast } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money, spoken } from "../core/money.js";
import { RoomSocket } from "../core/socket.js";
import { every } from "../core/ticker.js";
import { sync } from "../room/server_clock.js";
import { Board, goal } from "./board.js";
import { Chat } from "./chat.js";
import { Hand } from "./hand.js";
import { Lane } from "./lane.js";
import { arrange } from "./layout.js";
import { Moderation } from "./moderation.js";
import { Player } from "./player.js";
import { Tray } from "./tray.js";

/** @typedef {import("./shapes.js").Snapshot} Snapshot */

const BEAT_MS = 5000;
const LOOK_AFTER_TRIES = 2;

export class LiveRoom {
  /** @param {import("./shapes.js").Config} config */
  constructor(config) {
    this.config = config;
    this.version = 0;
    this.over = false;
    this.tries = 0;
    this.player = new Player(config, { onGone: () => this.look() });
    this.chat = new Chat(config, {
      send: (type, content, id) => this.socket?.send(type, content, id) ?? false,
      onName: (message) => this.moderation.open(message),
    });
    this.moderation = new Moderation(config, { hides: (user) => this.chat.hidden.has(user), hide: (user, hide) => this.chat.hide(user, hide) });
    this.board = new Board(config);
    this.lane = new Lane({ lane: need("[data-lane]"), flown: one("[data-flown]"), night: one("[data-night-fall]") });
    this.tray = one("[data-tray]") ? new Tray(config) : null;
    this.hand = one("[data-hand]") ? new Hand(config) : null;
    arrange(() => this.chat.toEnd());
    this.player.enter();
    this.tray?.load().catch(() => this.tray?.trouble("The gifts did not arrive. Load the page again to send one."));
    /** @type {RoomSocket | null} */
    this.socket = new RoomSocket(`streams/${config.id}`, { onFrame: (frame) => this.hear(frame), onState: (state, code) => this.lineMoved(state, code) });
    this.rest = every(BEAT_MS, () => this.socket?.send("heartbeat"));
  }

  /** @param {import("../core/socket.js").Frame} frame */
  hear({ type, data }) {
    sync(data?.server_time);
    this.tries = 0;
    HEARD[type]?.(this, data);
  }

  /** Everything, at the first and at every later connection. @param {Snapshot} snapshot */
  restore({ stream, you, viewers, messages, gifts, pin, goal: wish, leaderboard }) {
    this.config.role = you.role;
    this.version = stream.version;
    this.chat.composer.free = you.role !== "viewer";
    this.chat.restore(messages, gifts);
    this.chat.composer.slow(stream.slow_mode_s);
    this.chat.composer.mute(you.muted, you.muted_until);
    this.hand?.show(you.hand_raised);
    this.count(viewers);
    this.pin(pin);
    goal(wish, this.config.currency);
    this.board.hear(leaderboard);
    this.changed(stream);
    if (stream.host_is) this.hostIs(stream.host_is, stream.back_at);
    if (stream.state !== "live") this.look();
  }

  /** @param {number} viewers */
  count(viewers) {
    for (const place of all("[data-viewers]", need("[data-room]"))) place.textContent = String(viewers);
  }

  /** @param {{title: string, slow_mode_s: number}} stream */
  changed({ title, slow_mode_s: seconds }) {
    need("[data-title-of-room]").textContent = title;
    this.chat.composer.slow(seconds);
  }

  /** @param {import("./shapes.js").Pin | null} pin */
  pin(pin) {
    need("[data-pin]").hidden = !pin?.text;
    need("[data-pin-words]").textContent = pin?.text ? `${pin.sender_name}: ${pin.text}` : "";
  }

  /** @param {import("./shapes.js").HostIs} host @param {string | null} backAt */
  hostIs(host, backAt) {
    const words = need("[data-host-is]");
    words.textContent = { on_air: "On air", away: "Reconnecting", in_reading: "In a reading" }[host] ?? "";
    words.dataset.is = host === "on_air" ? "online" : "busy";
    this.player.hostIs(host, backAt);
  }

  /** @param {import("./shapes.js").Gift} gift */
  gift(gift) {
    if (this.chat.gift(gift)) this.lane.arrive(gift);
  }

  /** @param {import("./shapes.js").Moderation} act */
  moderated({ act, message_id: message, user_id: user, until }) {
    if (act === "removed" && message) this.chat.removed(message);
    if (user !== this.config.user_id) return;
    if (act === "muted") this.chat.composer.mute(true, until);
    if (act === "unmuted") this.chat.composer.mute(false, null);
    if (act === "put_out") this.finish("put_out");
    if (act.startsWith("moderator_")) toast({ text: act === "moderator_added" ? "You keep order in this room now. Load the page again to see the tools." : "You no longer keep order in this room." });
  }

  /** @param {import("./shapes.js").Ending} ending */
  ended({ seconds, peak_viewers: peak, gifts_cents: gifts }) {
    const parts = [`It was open for ${spoken(seconds)}.`];
    if (peak) parts.push(`At most ${peak} watched at once.`);
    if (gifts) parts.push(`${money(gifts, this.config.currency)} was given.`);
    this.player.panels.put("ended", "words", parts.join(" "));
    const words = need("[data-host-is]");
    words.textContent = "Closed";
    words.dataset.is = "offline";
    this.finish("ended");
    this.after().catch(() => {});
  }

  /** What comes next, from the page as it is now. */
  async after() {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-after]");
    if (fresh?.children.length) need("[data-after-place]").replaceChildren(document.adoptNode(fresh));
  }

  /** Something says that it is over: ask, and believe the answer only. */
  async look() {
    if (this.over) return;
    try {
      const stream = await get(`streams/${this.config.id}/`);
      if (stream.state !== "live") location.reload();
      else if (this.player.state === "ended") setTimeout(() => this.player.enter(), 2000);
    } catch { /* The socket goes on trying and will tell. */ }
  }

  /** @param {import("../core/socket.js").SocketState} state @param {number} code */
  lineMoved(state, code) {
    if (this.over) return;
    if (state === "closed") {
      if (code === 4403) this.finish("put_out");
      else if (code === 4409) this.finish("moved");
      else location.reload();
    }
    if (state === "waiting") {
      this.tries += 1;
      if (this.tries === 1 && this.version) polite("The room's line is lost. Trying again.");
      if (this.tries > LOOK_AFTER_TRIES) this.look();
    }
  }

  /** @param {"ended" | "put_out" | "moved"} how */
  finish(how) {
    if (this.over) return;
    this.over = true;
    this.rest();
    this.player.end(how);
    this.chat.close({ ended: "The room has closed.", put_out: "You cannot write here any more.", moved: "You are in this room on another page." }[how]);
    this.tray?.close();
    this.hand?.close();
    this.socket?.close();
  }

  /** The page is left: nothing that waits is sent, and the count falls at once. */
  leave() {
    this.tray?.sending.cancelAll();
    if (!this.over) this.player.goodbye();
    this.socket?.close();
  }
}

/** @type {Record<string, (room: LiveRoom, data: any) => void>} */
const HEARD = {
  "stream-snapshot": (room, snapshot) => room.restore(snapshot),
  "stream-state": (room, { version, host, back_at: backAt, state }) => {
    if (version < room.version) return;
    room.version = version;
    if (state === "live") room.hostIs(host, backAt);
  },
  "stream-changed": (room, stream) => {
    room.changed(stream);
    goal(stream.goal, room.config.currency);
  },
  "viewer-count": (room, { viewers }) => room.count(viewers),
  "stream-chat": (room, message) => room.chat.show(message),
  gift: (room, gift) => room.gift(gift),
  leaderboard: (room, board) => room.board.hear(board),
  pin: (room, pin) => room.pin(pin),
  moderation: (room, act) => room.moderated(act),
  "stream-ended": (room, ending) => room.ended(ending),
  error: (room, { code, detail, ref, retry_after: wait }) => {
    if (ref && room.chat.refused(ref, code, detail || "Try again in a moment.", wait)) return;
    if (code !== "unknown_type") toast({ tone: "warn", text: detail || "That did not work." });
  },
};
