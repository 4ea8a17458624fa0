// @ts-check
/**
 * The lane in which gifts arrive: a queue, at most two cards at once, a grand one at most once in
 * 20 seconds. The line in the chat is the record; nothing is lost when a card is left out here.
 */
import { make } from "../core/dom.js";

/** @typedef {import("./shapes.js").Gift} Gift */
/** @typedef {{gift: Gift, card: HTMLElement, combo: HTMLElement, timer: number}} Flight */

const AT_ONCE = 2;
const STAYS_MS = 4500;
const GRAND_EVERY_MS = 20_000;
const GRAND_WAITS_MS = 60_000;
const WAITING_MAX = 24;
const CROSSES_MS = 5600;
const MOTIONS = new Set(["drift", "bloom", "shimmer", "cross", "eclipse"]);

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Lane {
  /** @param {{lane: HTMLElement, flown?: HTMLElement | null, night?: HTMLElement | null}} places */
  constructor({ lane, flown = null, night = null }) {
    this.lane = lane;
    this.flown = flown;
    this.night = night;
    /** @type {{gift: Gift, since: number}[]} */
    this.waiting = [];
    /** @type {Flight[]} */
    this.shown = [];
    this.grandAt = -Infinity;
    this.timer = 0;
  }

  /** One more of the same by the same person only raises the count of the card. @param {Gift} gift */
  arrive(gift) {
    const same = (/** @type {Gift} */ other) => gift.combo > 1 && other.gift.code === gift.gift.code && other.sender_name === gift.sender_name && other.sender_id === gift.sender_id;
    const flight = this.shown.find((each) => same(each.gift));
    if (flight) this.count(flight, gift);
    else {
      const queued = this.waiting.find((each) => same(each.gift));
      if (queued) queued.gift = gift;
      else this.waiting.push({ gift, since: performance.now() });
    }
    while (this.waiting.length > WAITING_MAX) this.waiting.splice(Math.max(0, this.waiting.findIndex((each) => !each.gift.gift.grand)), 1);
    this.next();
  }

  next() {
    clearTimeout(this.timer);
    while (this.shown.length < AT_ONCE) {
      const turn = this.waiting.findIndex((each) => this.mayGo(each));
      if (turn < 0) break;
      this.show(this.waiting.splice(turn, 1)[0].gift);
    }
    if (this.waiting.length && this.shown.length < AT_ONCE) this.timer = Number(setTimeout(() => this.next(), 1000));
  }

  /** A grand gift waits for its turn, and for a minute at most. @param {{gift: Gift, since: number}} waiting */
  mayGo({ gift, since }) {
    const now = performance.now();
    return !gift.gift.grand || now - this.grandAt >= GRAND_EVERY_MS || now - since >= GRAND_WAITS_MS;
  }

  /** @param {Gift} gift */
  show(gift) {
    const combo = make("span", { class: "combo" });
    const card = make("div", { class: "flight" }, make("img", { src: gift.gift.art_url, alt: "" }),
      make("div", {}, make("b", {}, gift.sender_name), `sent ${gift.gift.name}`), combo);
    const flight = { gift, card, combo, timer: 0 };
    this.lane.append(card);
    this.shown.push(flight);
    this.count(flight, gift);
    this.cross(gift);
  }

  /** @param {Flight} flight @param {Gift} gift */
  count(flight, gift) {
    flight.gift = gift;
    flight.combo.textContent = gift.combo > 1 ? `\u00d7${gift.combo}` : "";
    clearTimeout(flight.timer);
    flight.timer = Number(setTimeout(() => this.leave(flight), STAYS_MS));
  }

  /** @param {Flight} flight */
  leave(flight) {
    flight.card.classList.add("leaves");
    setTimeout(() => {
      flight.card.remove();
      this.shown = this.shown.filter((each) => each !== flight);
      this.next();
    }, still.matches ? 0 : 280);
  }

  /** The thing itself crosses the picture, for those who have not asked for stillness. @param {Gift} gift */
  cross({ gift }) {
    const now = performance.now();
    const grand = Boolean(gift.grand) && now - this.grandAt >= GRAND_EVERY_MS;
    if (gift.grand && !grand) return;
    if (grand) this.grandAt = now;
    if (still.matches || !this.flown || document.hidden) return;
    const motion = MOTIONS.has(gift.animation) ? gift.animation : "drift";
    const art = make("img", { src: gift.art_url, alt: "", class: grand ? `${motion} grand` : motion });
    this.flown.append(art);
    if (motion === "eclipse") this.night?.classList.add("falls");
    setTimeout(() => {
      art.remove();
      if (motion === "eclipse") this.night?.classList.remove("falls");
    }, CROSSES_MS);
  }
}
