// @ts-check
/** The room's socket as the host hears it, and the parts of the page that show what it says. */
import { toast } from "../../core/announce.js";
import { need } from "../../core/dom.js";
import { RoomSocket } from "../../core/socket.js";
import { Lane } from "../lane.js";
import { GiftFeed } from "./gift_feed.js";
import { Hands } from "./hands.js";
import { Parts } from "./parts.js";
import { Talk } from "./talk.js";
import { Watchers } from "./watchers.js";

const GONE = new Set([4403, 4404, 4410]);

export class RoomOfHost {
  /**
   * @param {import("./shapes.js").StudioConfig} config @param {import("./strip.js").Strip} strip
   * @param {{onOver: () => void}} port
   */
  constructor({ id, kinds }, strip, { onOver }) {
    this.strip = strip;
    this.onOver = onOver;
    this.parts = new Parts();
    this.talk = new Talk(id, { send: (type, content, ref) => this.send(type, content, ref), onFresh: () => this.parts.fresh("chat") });
    this.gifts = new GiftFeed(id);
    this.hands = new Hands(id, kinds, (count) => this.parts.count("hands", count));
    this.lane = new Lane({ lane: need("[data-lane]"), flown: need("[data-flown]"), night: need("[data-night]") });
    this.watchers = new Watchers(id);
    this.socket = new RoomSocket(`streams/${id}`, {
      onFrame: ({ type, data }) => this.heard[type]?.(data),
      onState: (state, code) => { if (state === "closed" && GONE.has(code)) this.onOver(); },
    });
  }

  /** @type {Record<string, (content: any) => void>} */
  heard = {
    "stream-snapshot": (room) => this.restore(room),
    "stream-state": ({ state, host }) => {
      if (state === "ended") this.onOver();
      if (host === "in_reading") toast({ text: "The room sees that you are in a reading and waits for you." });
    },
    "stream-changed": ({ title, slow_mode_s, goal }) => this.changed(title, slow_mode_s, goal),
    "viewer-count": ({ viewers }) => this.count(viewers),
    "stream-chat": (message) => this.talk.show(message),
    gift: (gift) => {
      this.gifts.show(gift);
      this.lane.arrive(gift);
      this.parts.fresh("gifts");
    },
    leaderboard: ({ goal }) => this.gifts.goal(goal),
    pin: (pin) => this.talk.pin(pin),
    moderation: (act) => this.talk.moderated(act),
    "hand-raised": (hand) => this.hands.moved(hand),
    "stream-ended": () => this.onOver(),
    error: ({ detail, ref }) => {
      if (!ref || !this.talk.refused(ref, detail)) toast({ tone: "warn", text: detail });
    },
  };

  /** @type {import("./shapes.js").Send} */
  send(type, content, ref) {
    return this.socket.send(type, content, ref);
  }

  /** @param {any} room */
  restore({ stream, viewers, messages, gifts, pin, goal, hands }) {
    this.strip.began(stream.started_at);
    this.changed(stream.title, stream.slow_mode_s, goal);
    this.count(viewers);
    this.talk.restore(messages);
    this.talk.pin(pin);
    this.gifts.restore(gifts);
    this.hands.restore(hands ?? []);
  }

  /** @param {string} title @param {number} slow_mode_s @param {import("./shapes.js").Goal} goal */
  changed(title, slow_mode_s, goal) {
    need("[data-title]").textContent = title;
    this.talk.slow(slow_mode_s);
    this.gifts.goal(goal);
  }

  /** @param {number} viewers */
  count(viewers) {
    this.strip.viewers(viewers);
    this.watchers.count(viewers);
  }

  close() {
    this.watchers.stop();
    this.socket.close();
  }
}
