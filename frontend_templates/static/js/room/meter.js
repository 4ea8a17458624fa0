// @ts-check
/**
 * The strip: elapsed, so far, left, line. It shows what the server's `meter` said last and lets
 * only the seconds run on in between; amounts stand until the server speaks again.
 */
import { assertive, polite } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { clock, money, spoken } from "../core/money.js";

/** Without a word of the server for this long, the seconds stop running too. */
const TRUST_SECONDS = 12;
const REMIND_SECONDS = 300;
const LINE_WORDS = ["No line", "Weak", "Fair", "Good", "Strong"];

export class Meter {
  /** @param {import("./shapes.js").RoomConfig} config */
  constructor(config) {
    this.config = config;
    this.strip = need(".strip");
    /** @type {import("./shapes.js").MeterReading | null} */
    this.reading = null;
    this.heardAt = 0;
    this.running = false;
    this.started = false;
    this.reminded = false;
    this.shownS = 0;
    this.timer = Number(setInterval(() => this.draw(), 250));
  }

  /** @param {import("./shapes.js").MeterReading} reading */
  hear(reading) {
    if (this.reading && reading.version < this.reading.version) return;
    this.reading = { ...this.reading, ...reading };
    if (reading.remaining_s === undefined) delete this.reading.remaining_s;
    this.heardAt = performance.now();
    this.draw();
  }

  /** The server charged: the amounts it named. @param {any} tick */
  charge(tick) {
    if (!this.reading) return;
    this.reading.cost_cents = Math.max(this.reading.cost_cents, tick.total_cents);
    if (tick.earned_cents !== undefined) this.reading.earned_cents = Math.max(this.reading.earned_cents ?? 0, tick.earned_cents);
    this.draw();
  }

  /** The server's last word: what was charged, not the seconds that ran on here. @param {import("./shapes.js").Ending} ending */
  close({ billed_seconds, total_cents, earned_cents }) {
    if (!this.reading) return;
    this.reading.elapsed_s = billed_seconds;
    this.reading.cost_cents = total_cents ?? this.reading.cost_cents;
    this.reading.earned_cents = earned_cents ?? this.reading.earned_cents;
    this.draw();
  }

  /**
   * Let the seconds run, or hold them, and say why in words.
   * @param {boolean} running @param {string} words "" while the clock runs @param {string} look connecting, active or paused
   */
  setState(running, words, look) {
    if (this.running && !running && this.reading) {
      Object.assign(this.reading, { elapsed_s: this.elapsed(), remaining_s: this.remaining() });
    }
    const starts = running && !this.running;
    if (running !== this.running) this.heardAt = performance.now();
    this.running = running;
    this.strip.dataset.state = look;
    const notice = need("[data-notice]", this.strip);
    notice.hidden = !words;
    need("[data-notice-words]", notice).textContent = words;
    if (starts) polite(this.started ? "Connected again. The clock runs." : "Connected. The clock has started.");
    else if (!running && words && this.started) assertive(words);
    this.started ||= running;
    this.draw();
  }

  /** @param {{self: number, peer: number}} quality 0 (no line) to 4 (strong) */
  setQuality({ self, peer }) {
    const level = Math.min(self, peer);
    for (const bars of all(".bars", this.strip)) bars.dataset.level = String(level);
    for (const word of all("[data-line]", this.strip)) word.textContent = LINE_WORDS[level] ?? "";
    const peerWords = one("[data-peer-line]");
    if (peerWords) {
      peerWords.hidden = peer > 1 || self <= 1 || !this.running;
      peerWords.textContent = `${this.config.peer_name}\u2019s connection is ${peer ? "weak" : "lost"}`;
    }
  }

  run() {
    return this.running ? Math.min((performance.now() - this.heardAt) / 1000, TRUST_SECONDS) : 0;
  }

  elapsed() {
    return (this.reading?.elapsed_s ?? 0) + this.run();
  }

  /** @returns {number | undefined} */
  remaining() {
    const left = this.reading?.remaining_s;
    return left === undefined ? undefined : Math.max(0, left - this.run());
  }

  draw() {
    if (!this.reading) return;
    // The server speaks of proven seconds, a beat behind: while the clock runs it never runs back.
    this.shownS = this.running ? Math.max(this.shownS, this.elapsed()) : this.elapsed();
    this.put("elapsed", clock(this.shownS));
    this.put("cost", money(this.reading.cost_cents, this.config.currency));
    this.put("earned", money(this.reading.earned_cents ?? 0, this.config.currency));
    const left = this.remaining();
    const place = one("[data-left-box]", this.strip);
    if (place) place.hidden = left === undefined;
    if (left === undefined) return;
    this.put("left", left >= 120 ? `${Math.floor(left / 60)} min` : clock(left));
    this.remind(left);
  }

  /** @param {string} name @param {string} text */
  put(name, text) {
    const place = one(`[data-meter="${name}"]`, this.strip);
    if (place && place.textContent !== text) place.textContent = text;
  }

  /** Five minutes before the end, politely, once; again only after more time was added. @param {number} left */
  remind(left) {
    if (left > REMIND_SECONDS) this.reminded = false;
    else if (this.running && !this.reminded) {
      this.reminded = true;
      if (left > REMIND_SECONDS - 20) polite("5 minutes left. We will pause, not charge, at the end.");
    }
  }

  /** All of the strip in one sentence (key T). */
  sentence() {
    const { reading } = this;
    if (!reading) return "The clock has not started. Nothing is charged.";
    const parts = [`${spoken(this.shownS)} elapsed`, `${money(reading.cost_cents, this.config.currency)} so far`];
    if (reading.earned_cents !== undefined) parts.push(`you earn ${money(reading.earned_cents, this.config.currency)}`);
    const left = this.remaining();
    if (left !== undefined) parts.push(`${spoken(left)} left`);
    if (!this.running) parts.push("the clock is not running");
    return `${parts.join(", ")}.`;
  }

  get cost() {
    return money(this.reading?.cost_cents ?? 0, this.config.currency);
  }

  stop() {
    clearInterval(this.timer);
    this.running = false;
    const left = one("[data-left-box]", this.strip);
    if (left) left.hidden = true;
  }
}
