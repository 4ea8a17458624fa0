// @ts-check
/** The door of a premium room: pay once, come in; too little money is topped up right here. */
import { ApiError, newKey, post } from "../core/api.js";
import { assertive } from "../core/announce.js";
import { need } from "../core/dom.js";
import { money } from "../core/money.js";
import { Funds } from "../room/funds.js";

/** @param {string} stream @param {HTMLButtonElement} button */
export function guard(stream, button) {
  const funds = new Funds(/** @type {any} */ ({ currency: "USD" }));
  // Kept while the outcome is unknown, so that a second press is not a second entry.
  let key = newKey();
  document.addEventListener("soulseer:balance-updated", (event) => funds.arrived(/** @type {CustomEvent} */ (event).detail.available_cents));

  /** @param {string} words */
  const tell = (words) => {
    need("[data-door-words]").textContent = words;
    if (words) assertive(words);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    tell("");
    try {
      await post(`streams/${stream}/pass/`, { price_cents: Number(button.closest("[data-price]")?.getAttribute("data-price")) }, { key });
      location.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      button.disabled = false;
      if (error.status > 0 && error.status < 500) key = newKey();
      if (error.code === "insufficient_funds") {
        const { needed_cents: needs, available_cents: has } = error.problem;
        funds.show("Not enough yet.", `Entry needs ${money(needs)}, you have ${money(has)}. Nothing was charged.`);
      } else if (error.code === "stream_not_live") location.reload();
      else tell(error.status === 0 ? `${error.message} Pressing again is safe: entry is paid once.` : error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
