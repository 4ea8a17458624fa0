// @ts-check
/** The client's own spend cap is used up: raising it takes the new amount, typed. */
import { ApiError, newKey, post } from "../core/api.js";
import { assertive } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money } from "../core/money.js";

/** @param {import("./shapes.js").RoomConfig} config */
export function watchCap(config) {
  const form = /** @type {HTMLFormElement | null} */ (one("[data-cap-form]"));
  if (!form) return;
  const field = /** @type {HTMLInputElement} */ (need("input", form));
  const word = need("[data-cap-error]", form);
  const button = /** @type {HTMLButtonElement} */ (need("button[type=submit]", form));
  let key = newKey();
  const cents = () => (/^\s*\$?\d{1,4}([.,]\d{1,2})?\s*$/.test(field.value) ? Math.round(Number(field.value.replace("$", "").replace(",", ".")) * 100) : 0);
  field.addEventListener("input", () => {
    key = newKey();
    button.textContent = cents() ? `Raise my cap to ${money(cents(), config.currency)}` : "Raise my cap";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    word.textContent = cents() ? "" : "Type the new amount, for example 60.00.";
    if (!cents()) return;
    button.disabled = true;
    try {
      const { cap_cents } = await post(`sessions/${config.id}/cap/`, { spend_cap_cents: cents() }, { key });
      for (const place of all("[data-cap]")) place.textContent = money(cap_cents, config.currency);
      field.value = "";
    } catch (error) {
      word.textContent = error instanceof ApiError ? error.message : "That did not work. Your cap is unchanged.";
      assertive(word.textContent);
    } finally {
      button.disabled = false;
    }
  });
}
