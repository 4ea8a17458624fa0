// @ts-check
/** On a phone one part of the studio shows at a time; the others count what is new in them. */
import { all, need, one } from "../../core/dom.js";

export class Parts {
  constructor() {
    this.root = need("[data-studio]");
    for (const button of all("[data-shows]")) button.addEventListener("click", () => this.show(button.dataset.shows || ""));
  }

  /** @param {string} name */
  show(name) {
    this.root.dataset.tab = name;
    for (const button of all("[data-shows]")) button.setAttribute("aria-pressed", String(button.dataset.shows === name));
    if (name !== "hands") this.count(name, 0);
  }

  /** Something new, counted while it cannot be seen. @param {string} name */
  fresh(name) {
    if (this.root.dataset.tab === name) return;
    const place = one(`[data-count="${name}"]`);
    this.count(name, Number(place?.textContent || 0) + 1);
  }

  /** @param {string} name @param {number} count */
  count(name, count) {
    const place = one(`[data-count="${name}"]`);
    if (!place) return;
    place.hidden = !count;
    place.textContent = count ? String(count) : "";
  }
}
