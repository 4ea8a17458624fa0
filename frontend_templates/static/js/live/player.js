// @ts-check
/** The picture: come in, watch, and say in words whatever stands between. */
import { ApiError, ask } from "../core/api.js";
import { assertive, polite } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { Panels } from "../room/panels.js";
import { picture } from "./picture.js";

/** @typedef {import("./engine/shapes.js").LineState} LineState */
/** @typedef {import("./shapes.js").HostIs} HostIs */
/** @typedef {"ended" | "put_out" | "moved"} Over */

const BACK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export class Player {
  /** @param {import("./shapes.js").Config} config @param {{onGone: () => void}} port onGone: the engine says the stream is over */
  constructor(config, { onGone }) {
    this.config = config;
    this.onGone = onGone;
    this.root = need("[data-room]");
    this.video = /** @type {HTMLVideoElement} */ (need("[data-video]"));
    this.panels = new Panels();
    /** @type {import("./picture.js").Picture | null} */
    this.line = null;
    /** @type {LineState} */
    this.state = "connecting";
    /** @type {HostIs} */
    this.host = "on_air";
    /** @type {string | null} */
    this.backAt = null;
    /** @type {Over | null} */
    this.over = null;
    this.trouble = "";
    this.timer = 0;
    for (const button of all("[data-again]")) button.addEventListener("click", () => this.enter());
    for (const button of all("[data-reload]")) button.addEventListener("click", () => location.reload());
    need("[data-sound]").addEventListener("click", () => this.sound(this.video.muted));
    need("[data-tap-for-sound]").addEventListener("click", () => this.sound(true));
  }

  /** Ask for a way in and watch. */
  async enter() {
    clearTimeout(this.timer);
    this.line?.close();
    this.trouble = "";
    this.moved("connecting");
    const line = picture(this.config.id, this.video);
    this.line = line;
    line.hear({ onState: (state, { code }) => this.moved(state, code), onSilenced: () => this.silence() });
    try {
      await line.line;
    } catch (error) {
      if (this.line !== line) return;
      this.line = null;
      this.refused(error);
    }
  }

  /** @param {unknown} error */
  refused(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 402) location.reload();
    else if (error.code === "put_out") this.end("put_out");
    else if (error.code === "stream_not_live") this.onGone();
    else if (error.status === 503 && error.code === "engine_full") {
      this.moved("full");
      this.later(Math.max(5, Number(error.problem.retry_after) || 10));
    } else {
      this.trouble = error.message;
      this.show();
      if (error.status === 0 || error.status >= 500 || error.status === 429) this.later(Number(error.problem.retry_after) || 5);
    }
  }

  /** Another try by itself. @param {number} seconds */
  later(seconds) {
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(() => { if (!this.line && !this.over) this.enter(); }, seconds * 1000));
  }

  /** @param {LineState} state @param {string} [code] */
  moved(state, code = "") {
    if (this.over) return;
    const before = this.state;
    this.state = state;
    this.root.classList.toggle("playing", state === "playing" || (state !== "connecting" && this.video.readyState >= 2));
    if (state === "playing") this.video.removeAttribute("poster");
    if (state === "ended") this.onGone();
    if (state === "refused") {
      if (code === "put_out") return this.end("put_out");
      if (code === "elsewhere") return this.end("moved");
      if (code === "pass_required") return location.reload();
      this.trouble = "Your browser or network would not let the picture through.";
    }
    if (state === "full" && before !== "full") assertive("This room is full. We try again by ourselves.");
    if (state === "playing" && before === "reconnecting") polite("The picture is back.");
    return this.show();
  }

  /** @param {HostIs} host @param {string | null} backAt */
  hostIs(host, backAt) {
    const before = this.host;
    this.host = host;
    this.backAt = backAt;
    const { host_name: name } = this.config;
    if (host !== before && !this.over) {
      if (host === "away") polite(`${name} is reconnecting. The room waits.`);
      if (host === "in_reading") polite(`${name} is in a reading.${this.backWords()}`);
      if (host === "on_air") polite(`${name} is back.`);
    }
    this.show();
  }

  backWords() {
    return this.backAt ? ` Back at ${BACK.format(new Date(this.backAt))} at the latest.` : "";
  }

  show() {
    const words = need("[data-line]");
    const lost = this.state === "reconnecting" ? "Reconnecting" : this.state === "stalled" && this.host === "on_air" ? "The picture stands still" : "";
    words.hidden = !lost || Boolean(this.over);
    words.textContent = lost;
    const panel = this.panel();
    this.root.classList.toggle("dimmed", this.state === "reconnecting" || (panel !== "" && panel !== "connecting"));
    if (panel === "in_reading") need('[data-panel="in_reading"] [data-back]').textContent = `${this.config.host_name} is with somebody.${this.backWords()}`;
    if (panel === "trouble") this.panels.put("trouble", "words", this.trouble);
    this.panels.show(panel, panel === "away" ? this.backAt : null);
  }

  panel() {
    if (this.over) return this.over;
    if (this.host !== "on_air") return this.host;
    if (this.trouble) return "trouble";
    if (this.state === "full") return "full";
    return this.state === "connecting" ? "connecting" : "";
  }

  /** @param {boolean} on */
  sound(on) {
    this.video.muted = !on;
    if (on) this.video.play().catch(() => this.silence());
    need("[data-tap-for-sound]").hidden = true;
    need("[data-sound]").setAttribute("aria-pressed", String(on));
    polite(on ? "Sound on." : "Sound off.");
  }

  /** The browser plays without sound until somebody presses something. */
  silence() {
    this.video.muted = true;
    need("[data-tap-for-sound]").hidden = false;
    need("[data-sound]").setAttribute("aria-pressed", "false");
  }

  /** Nothing more to watch here. @param {Over} over */
  end(over) {
    this.over = over;
    this.leave();
    this.show();
    need("[data-tap-for-sound]").hidden = true;
    for (const badge of all(".badge.live", this.root)) badge.hidden = over === "ended";
    const title = one(`[data-panel="${over}"] .veil-word`);
    assertive(title?.textContent || "");
  }

  /** Let go of the line. */
  leave() {
    clearTimeout(this.timer);
    this.line?.close();
    this.line = null;
  }

  /** The page goes away: let the count fall at once. */
  goodbye() {
    this.leave();
    ask("POST", `streams/${this.config.id}/leave/`, { keepalive: true }).catch(() => {});
  }
}
