// @ts-check
/** The line on top: whether the room sees the host, since when, how many watch, what was given. */
import { assertive, polite } from "../../core/announce.js";
import { need } from "../../core/dom.js";
import { clock, spoken } from "../../core/money.js";

/** @typedef {import("../engine/shapes.js").LineState} LineState */

const AIR = /** @type {Record<LineState, [string, string, string]>} badge, tone, words */ ({
  connecting: ["Connecting", "gold", "Viewers see you in a moment."],
  on_air: ["On air", "live", ""],
  playing: ["On air", "live", ""],
  stalled: ["Stalled", "warn", "Your picture does not move."],
  reconnecting: ["Reconnecting", "warn", "Viewers keep their place. We come back by ourselves."],
  full: ["Waiting", "warn", "Every place of the engine is taken. We try again by ourselves."],
  ended: ["Ended", "", ""],
  refused: ["Not on air", "bad", ""],
});

export class Strip {
  /** @param {string | null} startedAt */
  constructor(startedAt) {
    this.startedAt = startedAt ? Date.parse(startedAt) : null;
    this.watching = 0;
    /** @type {LineState | ""} */
    this.state = "";
    this.timer = Number(setInterval(() => this.tick(), 1000));
    this.tick();
  }

  /** @param {string | null} at */
  began(at) {
    if (at) this.startedAt = Date.parse(at);
    this.tick();
  }

  get seconds() { return this.startedAt ? Math.max(0, (Date.now() - this.startedAt) / 1000) : 0; }

  tick() {
    need("[data-elapsed]").textContent = clock(this.seconds);
  }

  /** @param {LineState} state */
  air(state) {
    if (state === this.state) return;
    const before = this.state;
    this.state = state;
    const [word, tone, words] = AIR[state];
    const badge = need("[data-air]");
    badge.className = `badge ${tone}`.trim();
    badge.textContent = word;
    need("[data-air-words]").textContent = words;
    if (state === "reconnecting") assertive(`${word}. ${words}`);
    else if (state === "on_air") polite(before ? "You are on air." : word);
  }

  /** @param {number} viewers */
  viewers(viewers) {
    this.watching = viewers;
    need("[data-viewers]").textContent = String(viewers);
  }

  /** Say where things stand. */
  tell() {
    polite(`${AIR[this.state || "refused"][0]}, ${spoken(this.seconds)}, ${this.watching} watching, given ${need("[data-given]").textContent}.`);
  }

  stop() {
    clearInterval(this.timer);
  }
}
