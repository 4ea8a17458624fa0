// @ts-check
/** How many watched over time: a small curve, a sentence and a table. It survives a reload. */
import { make, need } from "../../core/dom.js";

const WIDTH = 240;
const HEIGHT = 56;
const STEP_MS = 10_000;
const POINTS_MAX = 360;

export class Watchers {
  /** @param {string} stream */
  constructor(stream) {
    this.key = `soulseer.studio.watchers.${stream}`;
    /** @type {[number, number][]} milliseconds since 1970, viewers */
    this.points = kept(this.key);
    this.now = 0;
    this.timer = Number(setInterval(() => this.point(), STEP_MS));
  }

  /** @param {number} viewers */
  count(viewers) {
    if (viewers === this.now && this.points.length) return;
    this.now = viewers;
    this.point();
  }

  point() {
    this.points.push([Date.now(), this.now]);
    // A long evening is kept whole, more coarsely.
    if (this.points.length > POINTS_MAX) this.points = this.points.filter((_, n) => n % 2 === 0);
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.points));
    } catch { /* The curve then begins anew after a reload. */ }
    this.draw();
  }

  draw() {
    const [first, last] = [this.points[0][0], this.points[this.points.length - 1][0]];
    const most = Math.max(1, ...this.points.map(([, viewers]) => viewers));
    const x = (/** @type {number} */ at) => (last > first ? ((at - first) / (last - first)) * WIDTH : WIDTH);
    const y = (/** @type {number} */ viewers) => HEIGHT - 4 - (viewers / most) * (HEIGHT - 10);
    const steps = this.points.map(([at, viewers], n) => `${n ? `H${x(at).toFixed(1)}V` : `M0 `}${y(viewers).toFixed(1)}`).join("");
    need("[data-curve]").setAttribute("d", `${steps}H${WIDTH}`);
    need("[data-area]").setAttribute("d", `${steps}H${WIDTH}V${HEIGHT}H0Z`);
    const minutes = Math.max(1, Math.round((last - first) / 60_000));
    need("[data-curve-words]").textContent = `${this.now} now, at most ${most === 1 ? Math.max(...this.points.map(([, viewers]) => viewers)) : most}, over ${minutes} min`;
    this.table(first);
  }

  /** The most of each minute. @param {number} first */
  table(first) {
    /** @type {Map<number, number>} */
    const most = new Map();
    for (const [at, viewers] of this.points) {
      const minute = Math.floor((at - first) / 60_000);
      most.set(minute, Math.max(viewers, most.get(minute) ?? 0));
    }
    need("[data-curve-rows]").replaceChildren(...[...most].slice(-30).map(([minute, viewers]) =>
      make("tr", {}, make("th", { scope: "row" }, String(minute + 1)), make("td", { class: "n num" }, String(viewers)))));
  }

  stop() {
    clearInterval(this.timer);
  }
}

/** @param {string} key @returns {[number, number][]} */
function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) || "[]");
  } catch {
    return [];
  }
}
