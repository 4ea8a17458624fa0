// @ts-check
/** What is said aloud: the two live regions of every page, and toasts. */
import { icon, make, one } from "./dom.js";

/** @param {string} id @param {string} text */
function say(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  region.textContent = "";
  // The same sentence twice is only heard twice when the region was empty in between.
  setTimeout(() => { region.textContent = text; }, 60);
}

/** For what may wait: status, balance, results. @param {string} text */
export const polite = (text) => say("polite", text);

/** For what may not wait: the end is near, the line is lost. @param {string} text */
export const assertive = (text) => say("assertive", text);

const ICONS = { ok: "check", warn: "warn", bad: "warn", info: "info", gold: "bell" };

/**
 * A small notice at the edge of the page. It is announced, it can be closed, and it leaves by itself.
 * @param {{title?: string, text: string, tone?: "ok" | "warn" | "bad" | "info" | "gold", url?: string, label?: string, seconds?: number}} notice
 */
export function toast({ title = "", text, tone = "gold", url, label = "Open", seconds = 8 }) {
  const place = one("#toasts");
  if (!place) return;
  const words = make("div", {}, title ? make("strong", {}, title) : null, text);
  const close = make("button", { type: "button", class: "icon-btn", "aria-label": "Close this notice" }, icon("x"));
  const card = make("div", { class: `toast ${tone}` }, icon(ICONS[tone]), words, url ? make("a", { class: "link small", href: url }, label) : null, close);
  close.addEventListener("click", () => card.remove());
  place.append(card);
  while (place.children.length > 3) place.firstElementChild?.remove();
  polite(title ? `${title}. ${text}` : text);
  let timer = 0;
  const leave = () => { timer = setTimeout(() => card.remove(), seconds * 1000); };
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("focusin", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  leave();
}
