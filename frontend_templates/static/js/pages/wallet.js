// @ts-check
/**
 * The wallet and the page that the payment service leads back to. Money appears when the server
 * says so; this page only asks how far it is.
 */
import { ApiError, get, newKey, post } from "../core/api.js";
import { polite } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money } from "../core/money.js";

/** @typedef {{id: string, status: string, amount_cents: number, checkout_url: string, failure_text: string}} TopUp */

const ASK_FIRST_MS = 800;
const ASK_SLOW_MS = 3000;
const SLOW_AFTER_MS = 15000;
const GIVE_UP_AFTER_MS = 10 * 60 * 1000;
const NEXT = "soulseer:after-top-up";
const STATES = /** @type {Record<string, string>} */ ({
  succeeded: "succeeded", failed: "failed", expired: "over", canceled: "over", mismatched: "mismatched",
});

/**
 * Whole cents of what a person typed, or null. Text only: money never passes through fractions.
 * @param {string} text
 */
export function centsOf(text) {
  const found = /^\$?\s*(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] || "0").padEnd(2, "0")) : null;
}

/** @param {HTMLFormElement} form */
function addFunds(form) {
  const other = need("[data-other]", form);
  const typed = /** @type {HTMLInputElement} */ (need("#other-amount", form));
  const button = /** @type {HTMLButtonElement} */ (need("[data-submit]", form));
  const [min, max] = [Number(form.dataset.min), Number(form.dataset.max)];
  /** @type {Map<string, string>} one key for one amount and card, so a second press is not a second top-up */
  const keys = new Map();

  const card = () => /** @type {HTMLSelectElement | null} */ (one("#pay-with", form))?.value || "";
  const chosen = () => /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=amount]:checked"))?.value;
  const cents = () => (chosen() === "other" ? centsOf(typed.value) : Number(chosen()));

  /** @param {string} words */
  const refuse = (words) => {
    need("[data-refusal]", form).hidden = !words;
    need("[data-refusal-words]", form).textContent = words;
  };

  const show = () => {
    const isOther = chosen() === "other";
    other.hidden = !isOther;
    const amount = cents();
    button.textContent = amount ? `Add ${money(amount)}` : "Add funds";
    typed.removeAttribute("aria-invalid");
    refuse("");
  };

  form.addEventListener("input", show);
  form.addEventListener("change", () => {
    show();
    if (chosen() === "other" && document.activeElement !== typed) typed.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const amount = cents();
    if (amount === null || amount < min || amount > max) {
      typed.setAttribute("aria-invalid", "true");
      refuse(`Choose from ${money(min)} to ${money(max)}.`);
      return;
    }
    const wish = { amount_cents: amount, ...(card() ? { card_id: card() } : {}) };
    const name = `${amount} ${card()}`;
    const key = keys.get(name) || newKey();
    keys.set(name, key);
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const topUp = /** @type {TopUp} */ (await post("payments/topups/", wish, { key }));
      if (form.dataset.next) sessionStorage.setItem(NEXT, form.dataset.next);
      location.assign(topUp.checkout_url || `/wallet/return/?top_up=${topUp.id}`);
    } catch (error) {
      // An unknown outcome keeps its key: pressing again asks for the same top-up.
      if (error instanceof ApiError && error.status > 0 && error.status < 500) keys.delete(name);
      refuse(error instanceof ApiError ? error.message : "That did not work. Nothing was charged.");
      button.disabled = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  // A page brought back by the browser's own Back button is ready for another try.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    keys.clear();
    button.disabled = false;
  });
  show();
}

/**
 * Ask until a top-up is final, the page is closed, or it has taken too long.
 * @param {string} id @param {(topUp: TopUp) => boolean} heard true when there is no more to hear
 */
function follow(id, heard) {
  const began = Date.now();
  const ask = async () => {
    const passed = Date.now() - began;
    try {
      if (heard(await get(`payments/topups/${id}/`))) return;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 404)) return;
    }
    if (passed > SLOW_AFTER_MS) for (const words of all("[data-slow]")) words.hidden = false;
    if (passed < GIVE_UP_AFTER_MS) setTimeout(ask, passed > SLOW_AFTER_MS ? ASK_SLOW_MS : ASK_FIRST_MS);
  };
  ask();
}

/** Show the wallet as the server has it now. */
async function showPurse() {
  try {
    const purse = await get("payments/balance/");
    for (const place of all("[data-balance]")) place.textContent = money(purse.spendable_cents);
    for (const part of ["cash", "promo", "held"]) {
      const place = one(`[data-${part}]`);
      if (place) place.textContent = money(purse[`${part}_cents`]);
    }
  } catch {
    // The figures on the page were true when it was loaded; the next load has newer ones.
  }
}

/** @param {HTMLElement} card */
function comeBack(card) {
  const beside = window.name === "soulseer-top-up";
  const next = sessionStorage.getItem(NEXT);
  const onward = /** @type {HTMLAnchorElement} */ (need("[data-onward]", card));
  if (next?.startsWith("/") && !next.startsWith("//")) {
    onward.href = next;
    onward.textContent = "Back to where you were";
  }

  /** @param {TopUp} topUp */
  const show = (topUp) => {
    const state = STATES[topUp.status] || (card.hasAttribute("data-left") ? "over" : "waiting");
    for (const part of all("[data-state]", card)) part.hidden = part.dataset.state !== state;
    if (state === "failed") {
      need("[data-failure]", card).textContent = topUp.failure_text;
      /** @type {HTMLAnchorElement} */ (need("[data-again]", card)).href = topUp.checkout_url || "/wallet/";
    }
    if (state === "succeeded") {
      sessionStorage.removeItem(NEXT);
      showPurse();
      polite(`${money(topUp.amount_cents)} is in your wallet.`);
      if (beside) {
        need("[data-beside]", card).hidden = false;
        setTimeout(() => window.close(), 2500);
      }
    }
    return state === "succeeded" || state === "over" || state === "mismatched";
  };
  follow(card.dataset.topUp || "", show);
}

/** @param {HTMLFormElement} form the consent to keep a card; its page is the payment service's */
function saveCard(form) {
  const button = /** @type {HTMLButtonElement} */ (need("button", form));
  const agrees = /** @type {HTMLInputElement} */ (need("[name=consents]", form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    need("[data-refusal]", form).hidden = true;
    try {
      const page = /** @type {{checkout_url: string}} */ (await post("payments/methods/", { consents: agrees.checked }));
      location.assign(page.checkout_url);
    } catch (error) {
      need("[data-refusal-words]", form).textContent = error instanceof ApiError ? error.message : "That did not work. Nothing was saved.";
      need("[data-refusal]", form).hidden = false;
      button.disabled = false;
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) button.disabled = false;
  });
}

const tab = one(".wallet-tabs [aria-current]");
if (tab?.parentElement) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft;
const keeping = one("[data-save-card]");
if (keeping instanceof HTMLFormElement) saveCard(keeping);
const form = one("[data-add-funds]");
if (form instanceof HTMLFormElement) {
  document.addEventListener("soulseer:balance-updated", () => showPurse());
  addFunds(form);
  const waiting = one("[data-waiting]");
  if (waiting) {
    follow(waiting.dataset.waiting || "", ({ status }) => {
      const over = status in STATES;
      if (over) location.reload();
      return over;
    });
  }
}
const card = one("[data-top-up]");
if (card) comeBack(card);
