// @ts-check
/**
 * The way of a gift out of this page: five seconds in which it can be undone, then one request with
 * the page's own gift id, tried again under the same id while its outcome is unknown. The same gift
 * again within ten seconds of an arrived one is a combo and leaves at once. No DOM in here.
 */
import { ApiError, post } from "../core/api.js";

/** @typedef {import("./shapes.js").Kind} Kind */
/** @typedef {{kind: Kind, anonymous: boolean, times: number, due: number, timer: number}} Pending */
/** @typedef {{id: string, kind: Kind, anonymous: boolean}} Wish */
/**
 * @typedef {object} Port
 * @property {(pending: Pending[]) => void} onPending what waits, whenever that changes
 * @property {(wish: Wish) => void} onLeave the request goes out
 * @property {(wish: Wish, combo: number, available: number | undefined) => void} onSent available: cents left to spend
 * @property {(wish: Wish, error: ApiError) => void} onRefused nothing was charged
 * @property {(wish: Wish) => void} onUnknown no answer came, also not when asked again
 */

export const UNDO_MS = 5000;
export const COMBO_MS = 10_000;
/** Two presses closer than this are one press of an unsteady hand. */
const DOUBLE_TAP_MS = 350;
const AGAIN_MS = [1000, 2500, 5000];
const TIMES_MAX = 10;

export class Sending {
  /** @param {string} stream @param {Port} port */
  constructor(stream, port) {
    this.stream = stream;
    this.port = port;
    /** @type {Pending[]} */
    this.pending = [];
    this.pressedAt = -Infinity;
    /** @type {{kind: string, anonymous: boolean, at: number} | null} the last gift that arrived */
    this.last = null;
    /** One after another, so that combos count in the order of the presses. @type {Promise<unknown>} */
    this.chain = Promise.resolve();
    this.over = false;
  }

  /** Whether this gift would leave at once. @param {Kind} kind @param {boolean} anonymous */
  isCombo(kind, anonymous) {
    const { last } = this;
    return Boolean(last && last.kind === kind.id && last.anonymous === anonymous && performance.now() - last.at < COMBO_MS);
  }

  /** @param {Kind} kind @param {boolean} anonymous @returns {boolean} false when the press was not taken */
  press(kind, anonymous) {
    const now = performance.now();
    if (this.over || now - this.pressedAt < DOUBLE_TAP_MS) return false;
    this.pressedAt = now;
    const same = this.pending.find((each) => each.kind.id === kind.id && each.anonymous === anonymous);
    if (same) same.times = Math.min(TIMES_MAX, same.times + 1);
    else if (this.isCombo(kind, anonymous)) {
      this.leave({ id: crypto.randomUUID(), kind, anonymous });
      return true;
    } else {
      /** @type {Pending} */
      const fresh = { kind, anonymous, times: 1, due: now + UNDO_MS, timer: 0 };
      fresh.timer = Number(setTimeout(() => this.go(fresh), UNDO_MS));
      this.pending.push(fresh);
    }
    this.port.onPending(this.pending);
    return true;
  }

  /** @param {Pending} pending */
  undo(pending) {
    clearTimeout(pending.timer);
    this.pending = this.pending.filter((each) => each !== pending);
    this.port.onPending(this.pending);
  }

  /** The page is left, or the room is over: what still waits is not sent. @returns {boolean} whether something waited */
  cancelAll() {
    const some = this.pending.length > 0;
    for (const each of this.pending) clearTimeout(each.timer);
    this.pending = [];
    this.port.onPending([]);
    return some;
  }

  /** @param {Pending} pending */
  go(pending) {
    this.undo(pending);
    for (let time = 0; time < pending.times; time += 1) this.leave({ id: crypto.randomUUID(), kind: pending.kind, anonymous: pending.anonymous }, pending);
  }

  /** @param {Wish} wish @param {Pending} [together] its companions stay home when it is refused */
  leave(wish, together) {
    this.chain = this.chain.then(async () => {
      if (together && together.times < 0) return;
      if (!(await this.send(wish)) && together) together.times = -1;
    });
  }

  /** Once more, under the same id: it is one gift whatever happened before. @param {Wish} wish */
  again(wish) {
    this.leave(wish);
  }

  /** @param {Wish} wish @returns {Promise<boolean>} */
  async send(wish) {
    this.port.onLeave(wish);
    for (let tries = 0; ; tries += 1) {
      try {
        const gift = await post(`streams/${this.stream}/gifts/`, { gift_id: wish.id, kind_id: wish.kind.id, quote: wish.kind.quote, anonymous: wish.anonymous }, { key: wish.id });
        this.last = { kind: wish.kind.id, anonymous: wish.anonymous, at: performance.now() };
        this.port.onSent(wish, gift?.combo ?? 1, gift?.available_cents);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // The quote ran out while the price stayed: what was pressed still holds.
        if (error.code === "price_changed" && error.problem.price_cents === wish.kind.price_cents && wish.kind.quote !== error.problem.quote && tries < AGAIN_MS.length) {
          wish.kind = { ...wish.kind, quote: error.problem.quote };
          continue;
        }
        if (error.status > 0 && error.status < 500) {
          this.port.onRefused(wish, error);
          return false;
        }
        if (tries >= AGAIN_MS.length) {
          this.port.onUnknown(wish);
          return false;
        }
        await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS[tries]); });
      }
    }
  }
}
