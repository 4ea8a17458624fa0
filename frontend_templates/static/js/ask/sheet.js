// @ts-check
/** The sheet in which a client asks a reader: what the server said about it, and its three faces. */
import { all, json, one } from "../core/dom.js";

/**
 * @typedef {{kind: string, word: string, rate_cents: number, ten_minutes_cents: number, start_cents: number,
 *   affordable_s: number | null, is_short: boolean, is_open: boolean}} Offer
 * @typedef {{reader_id: string, name: string, slug: string, spendable_cents: number | null, ring_seconds: number,
 *   kinds: Record<string, Offer>}} Asking
 */
/** @type {Asking} */
export const asking = json("asking");
export const sheet = /** @type {HTMLDialogElement | null} */ (one("#ask-sheet"));

/** @param {string} name ask, ringing or over */
export function step(name) {
  if (!sheet) return;
  for (const part of all("[data-step]", sheet)) part.hidden = part.dataset.step !== name;
  if (!sheet.open) sheet.showModal();
  one(`[data-step="${name}"] [data-step-title]`, sheet)?.focus();
}

/** @param {string} name @param {(data: any) => boolean} take whether it was about our ring */
export const listen = (name, take) => document.addEventListener(`soulseer:${name}`, (event) => {
  if (take(/** @type {CustomEvent} */ (event).detail)) event.preventDefault();
});
