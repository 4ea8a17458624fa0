// @ts-check
/** What lies over the stage: the ring, the check, connecting, reconnecting, no funds, the cap, the end. */
import { all, need, one } from "../core/dom.js";
import { clock } from "../core/money.js";
import { secondsUntil } from "./server_clock.js";

const CIRCLE = 326.7;

export class Panels {
  constructor() {
    /** @type {string} */
    this.shown = "";
    /** @type {string | null} */
    this.deadline = null;
    this.total = 0;
    this.timer = Number(setInterval(() => this.tick(), 250));
  }

  /**
   * Show one panel and hide the others; "" shows none.
   * @param {string} name @param {string | null} [deadline] the instant it leads up to
   */
  show(name, deadline = null) {
    if (deadline !== this.deadline || name !== this.shown) this.total = Math.round(secondsUntil(deadline));
    this.deadline = deadline;
    for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    if (name !== this.shown) this.arrive(name);
    this.shown = name;
    this.tick();
  }

  /** The first control of a panel that asks for an answer gets the focus. @param {string} name */
  arrive(name) {
    const panel = one(`[data-panel="${name}"]`);
    if (!panel || !panel.hasAttribute("data-takes-focus") || document.activeElement instanceof HTMLTextAreaElement) return;
    (one("[data-first]", panel) ?? one("button, a[href]", panel))?.focus({ preventScroll: true });
  }

  /** @param {string} name @param {string} part @param {string} text */
  put(name, part, text) {
    const place = one(`[data-panel="${name}"] [data-${part}]`);
    if (place && place.textContent !== text) place.textContent = text;
  }

  tick() {
    if (!this.deadline || !this.shown) return;
    const panel = need(`[data-panel="${this.shown}"]`);
    const left = Math.ceil(secondsUntil(this.deadline));
    const gone = Math.max(0, this.total - left);
    for (const place of all("[data-countdown]", panel)) place.textContent = clock(left).replace(/^0(\d:)/, "$1");
    for (const place of all("[data-seconds]", panel)) place.textContent = String(left);
    for (const place of all("[data-gone]", panel)) place.textContent = clock(gone).replace(/^0(\d:)/, "$1");
    for (const place of all("[data-total]", panel)) place.textContent = String(this.total);
    const arc = panel.querySelector("[data-arc]");
    if (arc && this.total) arc.setAttribute("stroke-dasharray", `${((CIRCLE * left) / this.total).toFixed(1)} ${CIRCLE}`);
  }

  stop() {
    clearInterval(this.timer);
    this.deadline = null;
  }
}
