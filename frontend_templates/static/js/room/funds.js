// @ts-check
/**
 * Adding funds without leaving the room: the hosted page opens in a second window, and this page
 * says "processing" until the server says that the money is there.
 */
import { ApiError, get, newKey, post } from "../core/api.js";
import { assertive, polite } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money } from "../core/money.js";

const ASK_MS = 4000;
const OVER = new Set(["expired", "canceled"]);

export class Funds {
  /** @param {import("./shapes.js").RoomConfig} config */
  constructor(config) {
    this.config = config;
    this.sheet = one("[data-low]");
    /** @type {Map<number, string>} one key for one wish, so a second try is not a second top-up */
    this.keys = new Map();
    this.timer = 0;
    this.asked = "";
    for (const button of all("[data-top-up]")) {
      button.addEventListener("click", () => this.add(Number(button.dataset.topUp), /** @type {HTMLButtonElement} */ (button)));
    }
    one("[data-low-close]")?.addEventListener("click", () => this.hide());
    this.sheet?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.hide();
      all("[data-act=funds]").find((button) => button.offsetParent)?.focus();
    });
  }

  /** Show the sheet. Focus stays where it is. @param {string} title @param {string} words */
  show(title, words) {
    if (!this.sheet) return;
    need("[data-low-title]", this.sheet).textContent = title;
    need("[data-low-words]", this.sheet).textContent = words;
    this.sheet.hidden = false;
  }

  toggle() {
    if (!this.sheet) return;
    if (this.sheet.hidden) {
      this.show("Add funds", "The reading goes on while you pay in the window beside it.");
      need("[data-top-up]", this.sheet).focus();
    } else this.hide();
  }

  hide() {
    if (this.sheet) this.sheet.hidden = true;
  }

  /** @param {number} cents @param {HTMLButtonElement} button */
  async add(cents, button) {
    // Opened in the click itself, or the browser would take it for an unwanted window.
    const beside = window.open("", "soulseer-top-up", "popup,width=520,height=760");
    const key = this.keys.get(cents) || newKey();
    this.keys.set(cents, key);
    this.busy(true);
    button.setAttribute("aria-busy", "true");
    try {
      const topUp = await post("payments/topups/", { amount_cents: cents }, { key });
      this.asked = topUp.id;
      if (beside) beside.location.href = topUp.checkout_url;
      else this.offer(topUp.checkout_url);
      this.say(`Waiting for ${money(cents, this.config.currency)}. Pay in the other window; this page will notice.`);
      this.follow();
    } catch (error) {
      beside?.close();
      this.keys.delete(cents);
      this.say(error instanceof ApiError ? error.message : "That did not work. Nothing was charged.");
      this.busy(false);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** The browser refused a second window: a plain link instead. @param {string} url */
  offer(url) {
    for (const link of /** @type {HTMLAnchorElement[]} */ (all("[data-pay-link]"))) {
      link.href = url;
      link.hidden = false;
    }
  }

  /** Ask now and then, in case the word of the socket was lost. */
  follow() {
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(async () => {
      if (!this.asked) return;
      try {
        const topUp = await get(`payments/topups/${this.asked}/`);
        if (topUp.status === "succeeded") return this.arrived();
        // Refused, but the page beside is still open for another card.
        if (topUp.status === "failed" && topUp.failure_text) this.say(topUp.failure_text);
        if (OVER.has(topUp.status)) {
          this.settle();
          this.say("That page is closed. Nothing was charged. You can try again.");
          return undefined;
        }
      } catch {
        // Asked again below; the money is safe either way.
      }
      return this.follow();
    }, ASK_MS));
  }

  /** The money is there. @param {number} [available] cents */
  arrived(available) {
    if (this.asked) {
      const words = available === undefined ? "Funds added." : `Funds added. You have ${money(available, this.config.currency)} to spend.`;
      this.say(words);
      polite(words);
      setTimeout(() => this.hide(), 2500);
    }
    this.settle();
  }

  settle() {
    clearTimeout(this.timer);
    this.asked = "";
    this.keys.clear();
    this.busy(false);
    for (const link of all("[data-pay-link]")) link.hidden = true;
  }

  /** @param {boolean} busy */
  busy(busy) {
    for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-top-up]"))) button.disabled = busy;
  }

  /** @param {string} words */
  say(words) {
    if (one("[data-top-up-words]")?.textContent === words) return;
    for (const place of all("[data-top-up-words]")) place.textContent = words;
    assertive(words);
  }
}
