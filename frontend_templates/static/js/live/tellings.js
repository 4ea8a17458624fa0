// @ts-check
/**
 * What a gift sounds like. The chat log is heard by itself while it is calm; when it is paused,
 * hidden or too fast to follow, gifts are told here, gathered, at most one sentence in eight seconds.
 */
import { polite } from "../core/announce.js";

const BETWEEN_MS = 8000;
const FAST = 8;
const WITHIN_MS = 8000;

export class Tellings {
  /** @param {HTMLElement} log @param {() => boolean} unheard whether the log is paused or hidden */
  constructor(log, unheard) {
    this.log = log;
    this.unheard = unheard;
    /** @type {number[]} when the latest lines came */
    this.lines = [];
    /** @type {Map<string, string>} the sentence of each sender and gift */
    this.gifts = new Map();
    this.timer = 0;
    this.saidAt = -Infinity;
  }

  /** A line is about to be added to the log. */
  line() {
    const now = performance.now();
    this.lines = [...this.lines.filter((at) => now - at < WITHIN_MS), now];
    this.log.setAttribute("aria-live", this.fast ? "off" : "polite");
  }

  get fast() {
    return this.lines.length > FAST;
  }

  /** @param {import("./shapes.js").Gift} gift */
  gift(gift) {
    if (!this.fast && !this.unheard()) return;
    const times = gift.combo > 1 ? `, ${gift.combo} times` : "";
    this.gifts.set(`${gift.sender_name} ${gift.gift.code}`, `${gift.sender_name} sent ${gift.gift.name}${times}.`);
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(() => this.tell(), Math.max(0, this.saidAt + BETWEEN_MS - performance.now())));
  }

  tell() {
    const all = [...this.gifts.values()];
    this.gifts.clear();
    if (!all.length) return;
    this.saidAt = performance.now();
    polite(all.length > 3 ? `${all.slice(-2).join(" ")} And ${all.length - 2} more gifts.` : all.join(" "));
  }
}
