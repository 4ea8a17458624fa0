// @ts-check
/** How much somebody wants to give at most in 24 hours: shown under the button, set in a sheet. */
import { get, put } from "../core/api.js";
import { polite } from "../core/announce.js";
import { all, need } from "../core/dom.js";
import { money } from "../core/money.js";

/** @typedef {{cents: number | null, next_cents?: number | null, raised_at?: string | null, given_cents?: number, left_cents?: number | null}} GiftLimit */

const WHEN = new Intl.DateTimeFormat([], { weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export class Limit {
  /** @param {import("./shapes.js").Config} config */
  constructor(config) {
    this.config = config;
    this.sheet = /** @type {HTMLDialogElement} */ (need("#gift-limit-sheet"));
    this.form = /** @type {HTMLFormElement} */ (need("[data-limit-form]", this.sheet));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    this.look();
  }

  async look() {
    try {
      this.show(await get("gifts/limit/"));
    } catch { /* The line stays as it was; a gift over the limit is refused in words. */ }
  }

  /** @param {GiftLimit} limit */
  show(limit) {
    const { currency } = this.config;
    const { cents, given_cents: given } = limit;
    const said = given === undefined ? "" : `, ${money(given, currency)} given`;
    need("[data-limit-words]").textContent = cents === null ? "Set a gift limit" : `Gift limit ${money(cents, currency)} a day${said}`;
    const later = limit.raised_at && new Date(limit.raised_at) > new Date();
    need("[data-limit-answer]").textContent = later
      ? `From ${WHEN.format(new Date(/** @type {string} */ (limit.raised_at)))} it is ${limit.next_cents === null || limit.next_cents === undefined ? "no limit" : money(limit.next_cents, currency)}.` : "";
    for (const radio of /** @type {HTMLInputElement[]} */ (all("input[name=limit]", this.form))) radio.checked = radio.value === String(cents ?? "");
  }

  async keep() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.form.querySelector("input[name=limit]:checked"))?.value;
    const button = /** @type {HTMLButtonElement} */ (need(".btn", this.form));
    if (chosen === undefined) return;
    button.disabled = true;
    try {
      const limit = await put("gifts/limit/", { cents: chosen ? Number(chosen) : null });
      this.show(limit);
      if (!need("[data-limit-answer]").textContent) this.sheet.close();
      polite(limit.cents === null ? "No gift limit." : `Your gift limit is ${money(limit.cents, this.config.currency)} a day.`);
    } catch (error) {
      need("[data-limit-answer]").textContent = error instanceof Error ? error.message : "That did not work.";
    } finally {
      button.disabled = false;
    }
  }
}
