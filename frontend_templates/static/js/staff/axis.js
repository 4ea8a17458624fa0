// @ts-check
/** The axis of a timeline: bars placed by the seconds they carry, a window that zooms, one span marked. */
import { all, need } from "../core/dom.js";

const NARROWEST_S = 20;
const NARROWEST_BAR = 0.4;

export class Axis {
  /** @param {HTMLElement} place the element with `data-axis` */
  constructor(place) {
    this.place = place;
    this.begins = Date.parse(place.dataset.begins || "");
    this.seconds = Number(place.dataset.seconds);
    this.from = 0;
    this.to = this.seconds;
    this.bars = all("[data-a]", place);
    this.ticks = all("[data-tick]", place);
    this.span = need("[data-span]", place);
    /** @type {[number, number] | null} */
    this.marked = null;
  }

  /** Half or twice the window, around what is marked or its middle. @param {number} factor */
  zoom(factor) {
    const middle = this.marked ? (this.marked[0] + this.marked[1]) / 2 : (this.from + this.to) / 2;
    const width = Math.min(Math.max((this.to - this.from) * factor, NARROWEST_S), this.seconds);
    this.show(middle - width / 2, width);
  }

  whole() {
    this.show(0, this.seconds);
  }

  /** @param {number} from @param {number} width */
  show(from, width) {
    this.from = Math.min(Math.max(0, from), this.seconds - width);
    this.to = this.from + width;
    for (const bar of this.bars) this.lay(bar);
    for (const tick of this.ticks) tick.textContent = this.clock(this.from + (width * Number(tick.dataset.tick)) / (this.ticks.length - 1));
    this.mark(this.marked);
  }

  /** Bring a span into the window and mark it. @param {number} a @param {number} b */
  find(a, b) {
    this.marked = [a, b];
    const width = this.to - this.from;
    if (b > 0 && a < this.seconds && (a < this.from || b > this.to)) this.show((a + b) / 2 - width / 2, Math.max(width, Math.min(b - a, this.seconds)));
    else this.mark(this.marked);
  }

  /** @param {[number, number] | null} span */
  mark(span) {
    const left = span ? Math.max(0, this.at(span[0])) : 0;
    const right = span ? Math.min(100, this.at(span[1])) : 0;
    const seen = span && right >= 0 && left <= 100;
    this.span.setAttribute("x", `${left}%`);
    this.span.setAttribute("width", seen ? `${Math.max(right - left, NARROWEST_BAR)}%` : "0");
  }

  /** @param {HTMLElement} bar */
  lay(bar) {
    const [a, b] = [Number(bar.dataset.a), Number(bar.dataset.b)];
    const left = Math.max(0, this.at(a));
    const right = Math.min(100, this.at(b));
    bar.toggleAttribute("hidden", right < 0 || left > 100);
    bar.setAttribute("display", right < 0 || left > 100 ? "none" : "inline");
    if (bar.tagName === "circle") bar.setAttribute("cx", `${this.at(a)}%`);
    else {
      bar.setAttribute("x", `${left}%`);
      bar.setAttribute("width", `${Math.max(right - left, NARROWEST_BAR)}%`);
    }
  }

  /** @param {number} second */
  at(second) {
    return ((second - this.from) / (this.to - this.from)) * 100;
  }

  /** @param {number} second */
  clock(second) {
    const text = new Date(this.begins + second * 1000).toISOString();
    return this.to - this.from < 600 ? text.slice(11, 19) : text.slice(11, 16);
  }
}
