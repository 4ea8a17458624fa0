// @ts-check
/** This page's beat: every 5 seconds, hidden tab or not, with an honest word on whether it is there. */
import { every } from "../core/ticker.js";

const BEAT_MS = 5000;
const HIDDEN_CHAT_MS = 120_000;

/**
 * @typedef {object} BeatPort
 * @property {import("./shapes.js").Kind} kind
 * @property {import("./shapes.js").Send} send
 * @property {() => Promise<{up: boolean, stats: object | undefined}>} read for voice and video: is media flowing
 * @property {() => boolean} present for chat: has the person come in
 * @property {() => void} onLeave the page is going away
 * @property {() => void} onBeat before each regular beat
 */

export class Beats {
  /** @param {BeatPort} port */
  constructor(port) {
    this.port = port;
    this.away = false;
    this.hiddenTimer = 0;
    this.stopTicking = every(BEAT_MS, () => {
      port.onBeat();
      this.beat();
    });
    this.onHide = () => {
      this.port.send("peer-down", { why: "pagehide" });
      this.port.onLeave();
    };
    this.onVisibility = () => this.watchTab();
    addEventListener("pagehide", this.onHide);
    if (port.kind === "chat") document.addEventListener("visibilitychange", this.onVisibility);
  }

  /** Beat now, out of turn: the line has just come up. */
  async beat() {
    if (this.port.kind === "chat") {
      this.port.send("heartbeat", { up: this.port.present() && !this.away });
      return;
    }
    const { up, stats } = await this.port.read();
    this.port.send("heartbeat", stats ? { up, stats } : { up });
  }

  /** A chat nobody looks at for two minutes is a chat nobody is in (R16). */
  watchTab() {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) {
      this.hiddenTimer = Number(setTimeout(() => {
        this.away = true;
        this.port.send("peer-down", { why: "hidden" });
      }, HIDDEN_CHAT_MS));
      return;
    }
    if (this.away) {
      this.away = false;
      this.beat();
    }
  }

  stop() {
    this.stopTicking();
    clearTimeout(this.hiddenTimer);
    removeEventListener("pagehide", this.onHide);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }
}
