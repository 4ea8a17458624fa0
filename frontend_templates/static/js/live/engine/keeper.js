// @ts-check
/** Keeps one exchange with the engine standing: waits longer each time, a new grant for each try. */
import { ApiError } from "../../core/api.js";
import { Exchange, ExchangeError } from "./exchange.js";

/** @typedef {import("./shapes.js").Grant} Grant */
/**
 * @typedef {object} KeeperPort
 * @property {Grant} grant
 * @property {import("./shapes.js").Renew} renew
 * @property {import("./shapes.js").OnState} onState
 * @property {(pc: RTCPeerConnection) => void} prepare adds the transceivers to a new connection
 * @property {(pc: RTCPeerConnection) => () => void} standing it is connected; what it gives back is called when it is not any more
 */
/** @typedef {{over: "ended" | "refused" | null, code: string, seconds: number}} Verdict seconds: the engine is full, wait so long */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const STEADY_MS = 10_000;
const FULL_SECONDS = 5;
const FORBIDDEN_MAX = 2;
const PUSHED_OUT_MAX = 2;
const PUSHED_OUT_WITHIN_MS = 60_000;
const FULL = new Set(["full", "engine_full"]);

export class Keeper {
  /** @param {KeeperPort} port */
  constructor(port) {
    this.port = port;
    this.closed = false;
    this.failures = 0;
    this.forbidden = 0;
    /** @type {number[]} when the engine ended the line in good order */
    this.pushed = [];
    /** @type {Exchange | null} */
    this.exchange = null;
    this.wake = () => {};
    this.away = false;
    this.onHide = () => {
      this.away = true;
      this.exchange?.close();
    };
    this.onShow = () => {
      this.away = false;
      this.wake();
    };
    this.onOnline = () => this.wake();
    addEventListener("pagehide", this.onHide);
    addEventListener("pageshow", this.onShow);
    addEventListener("online", this.onOnline);
    this.run();
  }

  /** Leave for good. */
  close() {
    this.closed = true;
    removeEventListener("pagehide", this.onHide);
    removeEventListener("pageshow", this.onShow);
    removeEventListener("online", this.onOnline);
    this.exchange?.close();
    this.wake();
  }

  /** Give this line up and come back on a new one. */
  redo() {
    this.exchange?.close();
  }

  async run() {
    /** @type {Grant | null} */
    let grant = this.port.grant;
    this.say("connecting");
    while (!this.closed) {
      let seconds = 0;
      try {
        await this.stand(grant ?? (await this.port.renew()));
        this.say("reconnecting");
      } catch (error) {
        const verdict = this.judge(error);
        if (verdict.over) {
          this.say(verdict.over, { code: verdict.code });
          this.close();
          return;
        }
        seconds = verdict.seconds;
        if (seconds) this.say("full", { seconds });
        else if (this.failures > 0) this.say("reconnecting");
      }
      grant = null;
      this.failures += 1;
      await this.pause(seconds);
    }
  }

  /** From the offer until the line is lost. @param {Grant} grant */
  async stand(grant) {
    if (this.closed) return;
    const exchange = new Exchange(grant, this.port.prepare);
    this.exchange = exchange;
    try {
      await exchange.open();
      this.forbidden = 0;
      const leave = this.port.standing(exchange.pc);
      const since = performance.now();
      const how = await exchange.lost();
      leave();
      const now = performance.now();
      if (now - since > STEADY_MS) this.failures = 0;
      if (how === "ended") this.pushedOut(now);
    } finally {
      exchange.close();
    }
  }

  /**
   * The engine keeps the newest connection of a person. Whoever is pushed out again and again has
   * another device in the room, and steps back. @param {number} now
   */
  pushedOut(now) {
    this.pushed = [...this.pushed.filter((at) => now - at < PUSHED_OUT_WITHIN_MS), now];
    if (this.pushed.length < PUSHED_OUT_MAX) return;
    this.say("refused", { code: "elsewhere" });
    this.close();
  }

  /** What a failed try means. @param {unknown} error @returns {Verdict} */
  judge(error) {
    const verdict = { over: null, code: "unknown", seconds: 0 };
    if (error instanceof ApiError) return { ...verdict, ...byApi(error) };
    if (!(error instanceof ExchangeError)) {
      console.warn("stream", error);
      return verdict;
    }
    const { code, status } = error;
    if (FULL.has(code) || status === 503) return { ...verdict, code, seconds: error.seconds || FULL_SECONDS };
    // Put out, or over: the API knows which, so it is asked once more before this is believed.
    if (status === 403) this.forbidden += 1;
    return { ...verdict, code, over: this.forbidden >= FORBIDDEN_MAX ? "refused" : null };
  }

  /**
   * Nothing after the first failure, then longer each time; a page that was left tries nothing
   * until it is shown again.
   * @param {number} seconds
   */
  async pause(seconds) {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 2));
    const wait = seconds ? seconds * 1000 : longest * (0.5 + Math.random() / 2);
    if (this.closed || (!this.away && !seconds && this.failures < 2)) return;
    await new Promise((resolve) => {
      const timer = this.away ? 0 : setTimeout(resolve, wait);
      this.wake = () => { clearTimeout(timer); resolve(undefined); };
    });
  }

  /** @param {import("./shapes.js").LineState} state @param {import("./shapes.js").Detail} [detail] */
  say(state, detail = {}) {
    if (!this.closed) this.port.onState(state, detail);
  }
}

/** @param {ApiError} error @returns {Partial<Verdict>} */
function byApi({ status, code, problem }) {
  if ([409, 410].includes(status)) return { over: "ended", code };
  if ([401, 402, 403, 404].includes(status)) return { over: "refused", code };
  if (FULL.has(code)) return { code, seconds: Number(problem.retry_after) || FULL_SECONDS };
  return { code, seconds: 0 };
}
