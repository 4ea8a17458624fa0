// @ts-check
/** The gift tray: what can be sent and for how much, the gold button that names both, undo, refusals in words. */
import { get } from "../core/api.js";
import { assertive, polite } from "../core/announce.js";
import { all, icon, make, need, one } from "../core/dom.js";
import { money } from "../core/money.js";
import { Funds } from "../room/funds.js";
import { Limit } from "./limit.js";
import { COMBO_MS, Sending } from "./sending.js";

/** @typedef {import("./shapes.js").Kind} Kind */
/** @typedef {import("./sending.js").Pending} Pending */

const QUOTES_MS = 3 * 60_000;

export class Tray {
  /** @param {import("./shapes.js").Config} config */
  constructor(config) {
    this.config = config;
    /** @type {Map<string, Kind>} */
    this.kinds = new Map();
    this.tiles = need("[data-gifts]");
    this.button = /** @type {HTMLButtonElement} */ (need("[data-send-gift]"));
    this.slot = need("[data-gift-slot]");
    this.anonymous = /** @type {HTMLInputElement} */ (need("[data-anonymous]"));
    this.funds = new Funds(/** @type {any} */ ({ currency: config.currency }));
    this.limit = new Limit(config);
    this.sending = new Sending(config.id, {
      onPending: (pending) => this.drawPending(pending),
      onLeave: (wish) => { need("[data-idle-words]").textContent = `${wish.kind.name} is on its way.`; },
      onSent: (wish, combo, available) => this.sent(wish.kind, combo, available),
      onRefused: (wish, error) => this.refused(wish, error),
      onUnknown: (wish) => this.unknown(wish),
    });
    /** @type {import("./sending.js").Wish | null} */
    this.doubtful = null;
    this.comboTimer = 0;
    this.ticker = 0;
    this.tiles.addEventListener("change", () => this.name());
    this.anonymous.addEventListener("change", () => this.name());
    this.button.addEventListener("click", () => this.press());
    need("[data-trouble-again]").addEventListener("click", () => this.again());
    one("[data-low-close]")?.addEventListener("click", () => this.button.focus());
    document.addEventListener("soulseer:balance-updated", (event) => this.funds.arrived(/** @type {CustomEvent} */ (event).detail.available_cents));
    setInterval(() => { if (!document.hidden) this.load().catch(() => {}); }, QUOTES_MS);
  }

  /** The catalogue with prices that hold for a while. */
  async load() {
    const answer = await get("gifts/");
    /** @type {Kind[]} */
    const kinds = answer.results ?? answer;
    const before = [...this.kinds.values()];
    this.kinds = new Map(kinds.map((kind) => [kind.id, kind]));
    const same = before.length === kinds.length && kinds.every((kind, at) => before[at].id === kind.id && before[at].price_cents === kind.price_cents);
    if (!same) this.draw(kinds);
    this.name();
  }

  /** @param {Kind[]} kinds */
  draw(kinds) {
    const chosen = /** @type {HTMLInputElement | null} */ (one("input:checked", this.tiles))?.value;
    const at = this.tiles.contains(document.activeElement) ? chosen : null;
    const pick = kinds.some((kind) => kind.id === chosen) ? chosen : kinds[0]?.id;
    this.tiles.replaceChildren(...kinds.map((kind) => make("label", {},
      make("input", { type: "radio", name: "gift", value: kind.id, checked: kind.id === pick }),
      make("img", { src: kind.art_url, alt: "", width: 44, height: 44 }), make("span", {}, kind.name),
      make("span", { class: "money" }, money(kind.price_cents, this.config.currency)))));
    if (at) one("input:checked", this.tiles)?.focus();
  }

  /** @returns {Kind | undefined} */
  chosen() {
    return this.kinds.get(/** @type {HTMLInputElement | null} */ (one("input:checked", this.tiles))?.value || "");
  }

  /** The button names the gift and its price. */
  name() {
    const kind = this.chosen();
    this.button.disabled = !kind || this.sending.over;
    if (!kind) return;
    const words = `${kind.name}, ${money(kind.price_cents, this.config.currency)}`;
    this.button.textContent = this.sending.isCombo(kind, this.anonymous.checked) ? `Send ${words}, again` : `Send ${words}`;
  }

  press() {
    const kind = this.chosen();
    if (!kind) return;
    this.quiet();
    this.funds.hide();
    const again = this.sending.isCombo(kind, this.anonymous.checked);
    if (!this.sending.press(kind, this.anonymous.checked) || again) return;
    polite(`${this.words(kind)} goes to ${this.config.host_name} in 5 seconds. Undo is the next button.`);
  }

  /** @param {Kind} kind @param {number} [times] */
  words(kind, times = 1) {
    return `${kind.name}${times > 1 ? ` \u00d7${times}` : ""}, ${money(kind.price_cents * times, this.config.currency)}`;
  }

  /** @param {Pending[]} pending */
  drawPending(pending) {
    for (const toast of all("[data-pending]")) toast.remove();
    clearInterval(this.ticker);
    const idle = need("[data-gift-idle]");
    idle.hidden = pending.length > 0;
    const home = need("[data-pending-home]");
    const tick = () => {
      for (const left of all("[data-pending-left]")) {
        const seconds = Math.max(0, Math.ceil((Number(left.dataset.pendingLeft) - performance.now()) / 1000));
        left.textContent = `${seconds} s`;
      }
    };
    home.append(...pending.map((each) => this.pendingToast(each)));
    tick();
    if (pending.length) this.ticker = Number(setInterval(tick, 250));
  }

  /** @param {Pending} pending */
  pendingToast(pending) {
    const undo = () => {
      this.sending.undo(pending);
      polite(`Undone. ${pending.kind.name} was not sent and nothing was charged.`);
      if (this.button.checkVisibility({ visibilityProperty: true })) this.button.focus();
    };
    return make("div", { class: "toast ok", "data-pending": true }, icon("gift"),
      make("span", {}, `${this.words(pending.kind, pending.times)}, goes to ${this.config.host_name.split(" ")[0]} in `, make("span", { class: "timer", "data-pending-left": pending.due })),
      make("button", { type: "button", class: "btn sm", "data-undo": true, onclick: undo }, "Undo"));
  }

  /** @param {Kind} kind @param {number} combo @param {number | undefined} available cents that are left */
  sent(kind, combo, available) {
    if (available !== undefined) this.purse(available);
    this.doubtful = null;
    this.quiet();
    need("[data-idle-words]").textContent = `${kind.name}${combo > 1 ? ` \u00d7${combo}` : ""} is with ${this.config.host_name.split(" ")[0]}. The same again leaves at once.`;
    this.name();
    clearTimeout(this.comboTimer);
    this.comboTimer = Number(setTimeout(() => {
      this.usual();
      this.name();
    }, COMBO_MS));
    this.limit.look();
  }

  usual() {
    const words = need("[data-idle-words]");
    words.textContent = words.dataset.usual || "";
  }

  /** @param {number} available */
  purse(available) {
    const words = money(available, this.config.currency);
    for (const place of all("[data-balance]")) place.textContent = words;
    one(".purse")?.setAttribute("aria-label", `Balance ${words}`);
  }

  /** @param {import("./sending.js").Wish} wish @param {import("../core/api.js").ApiError} error */
  async refused(wish, error) {
    const { name } = wish.kind;
    this.usual();
    if (error.code === "insufficient_funds") {
      const { needed_cents: needs, available_cents: has } = error.problem;
      const price = money(needs ?? wish.kind.price_cents, this.config.currency);
      this.funds.show(`${name} needs ${price}`, has === undefined ? "Your balance is lower. Nothing was charged." : `You can give ${money(has, this.config.currency)} now. Nothing was charged, and ${name} stays chosen.`);
      assertive(`Not sent. ${name} needs ${price}. You can add funds here.`);
      one("[data-low]", this.slot)?.scrollIntoView({ block: "nearest" });
      return;
    }
    if (error.code === "price_changed" || error.code === "gift_not_offered") {
      await this.load().catch(() => {});
      const kind = this.kinds.get(wish.kind.id);
      this.trouble(kind ? `${name} costs ${money(kind.price_cents, this.config.currency)} now. Nothing was charged. Press Send if that is right.` : `${name} is not offered any more. Nothing was charged.`);
      return;
    }
    this.trouble(`${name} was not sent. ${error.message}`);
  }

  /** @param {import("./sending.js").Wish} wish */
  unknown(wish) {
    this.doubtful = wish;
    this.trouble(`We could not hear whether ${wish.kind.name} arrived. Trying again is safe: it is one gift, whatever happened.`, true);
  }

  again() {
    const wish = this.doubtful;
    this.quiet();
    if (wish) this.sending.again(wish);
  }

  /** @param {string} words @param {boolean} [again] */
  trouble(words, again = false) {
    need("[data-gift-trouble]").hidden = false;
    need("[data-trouble-words]").textContent = words;
    need("[data-trouble-again]").hidden = !again;
    assertive(words);
  }

  quiet() {
    need("[data-gift-trouble]").hidden = true;
  }

  /** No more gifts here: what waits is not sent. */
  close() {
    this.sending.over = true;
    if (this.sending.cancelAll()) this.trouble("The room has closed. What was still waiting was not sent, and nothing was charged for it.");
    this.button.disabled = true;
    one("[data-tray-opens]")?.setAttribute("disabled", "");
    this.funds.hide();
  }
}
