// @ts-check
/** The gifts that came, each with a tick for "thanked", which this browser keeps. */
import { polite } from "../../core/announce.js";
import { icon, make, need, one } from "../../core/dom.js";
import { money } from "../../core/money.js";

/** @typedef {import("./shapes.js").Gift} Gift */

const ROWS_MAX = 200;

export class GiftFeed {
  /** @param {string} stream */
  constructor(stream) {
    this.key = `soulseer.studio.thanked.${stream}`;
    /** @type {Set<string>} */
    this.thanked = new Set(JSON.parse(localStorage.getItem(this.key) || "[]"));
    this.list = need("[data-gifts]");
  }

  /** @param {Gift[]} gifts oldest first */
  restore(gifts) {
    this.list.replaceChildren();
    for (const gift of gifts) this.add(gift);
    this.given(gifts.length ? gifts[gifts.length - 1].total_cents : null);
  }

  /** @param {Gift} gift */
  show(gift) {
    this.add(gift);
    this.given(gift.total_cents);
    polite(`${gift.sender_name} sent ${gift.gift.name}, ${money(gift.gift.price_cents)}.`);
  }

  /** @param {Gift} gift */
  add(gift) {
    if (one(`[data-gift="${CSS.escape(gift.id)}"]`, this.list)) return;
    const { art_url, name, price_cents } = gift.gift;
    const combo = gift.combo > 1 ? ` \u00d7${gift.combo}` : "";
    const tick = make("button", { type: "button", class: "icon-btn tick", "aria-label": `Thanked ${gift.sender_name} for ${name}`, title: "Thanked", "aria-pressed": String(this.thanked.has(gift.id)) }, icon("check"));
    tick.addEventListener("click", () => this.thank(gift.id, tick));
    this.list.prepend(make("li", { dataset: { gift: gift.id } },
      make("img", { src: art_url, alt: "", width: 36, height: 36 }),
      make("div", { class: "grow small" }, make("b", {}, gift.sender_name), make("p", { class: "tiny soft" },
        make("a", { class: "quiet-link", href: `/gifts/${gift.id}/receipt/`, target: "_blank" }, `${name}${combo}`), ", ", make("span", { class: "money" }, money(price_cents)))),
      tick));
    while (this.list.children.length > ROWS_MAX) this.list.lastElementChild?.remove();
    need("[data-no-gifts]").hidden = true;
  }

  /** @param {string} id @param {HTMLElement} tick */
  thank(id, tick) {
    const now = !this.thanked.has(id);
    if (now) this.thanked.add(id);
    else this.thanked.delete(id);
    tick.setAttribute("aria-pressed", String(now));
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.thanked]));
    } catch { /* The tick then lasts as long as the page. */ }
  }

  /** @param {number | null} cents */
  given(cents) {
    if (cents !== null) need("[data-given]").textContent = money(cents);
  }

  /** @param {import("./shapes.js").Goal} goal */
  goal(goal) {
    const box = need("[data-goal]");
    box.hidden = !goal;
    if (!goal) return;
    const part = Math.min(100, Math.round((goal.reached_cents / goal.cents) * 100));
    need("[data-goal-title]", box).textContent = `Goal: ${goal.title}`;
    need("[data-goal-reached]", box).textContent = money(goal.reached_cents);
    need("[data-goal-cents]", box).textContent = money(goal.cents);
    const bar = need("[data-goal-bar]", box);
    bar.style.setProperty("--v", String(part));
    bar.setAttribute("aria-valuenow", String(part));
  }
}
