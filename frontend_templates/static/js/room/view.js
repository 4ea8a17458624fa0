// @ts-check
/** What the room shows for each state: which panel, which words. */
import { assertive, polite, toast } from "../core/announce.js";
import { all, one } from "../core/dom.js";
import { lastMinute } from "./tone.js";
import { cause, lost, notice, sum, timeShort } from "./words.js";

/** @typedef {import("./shapes.js").Session} Session */

const TROUBLE = {
  failed: "We could not bring you together. Nothing was charged. You can try again, or end it here.",
  silent: "Neither of you has a camera or a microphone here, so there is nothing to see or hear and the clock does not start. One of you may reload the page and allow one.",
};

export class View {
  /**
   * @param {import("./shapes.js").RoomConfig} config
   * @param {import("./panels.js").Panels} panels @param {import("./meter.js").Meter} meter @param {import("./funds.js").Funds} funds
   */
  constructor(config, panels, meter, funds) {
    this.config = config;
    this.panels = panels;
    this.meter = meter;
    this.funds = funds;
    this.said = "";
  }

  /** @param {Session} session @param {{ready: boolean, online: boolean}} page */
  show(session, { ready, online }) {
    const words = notice(session, this.config, online);
    const look = session.state === "active" ? (online ? "active" : "paused") : session.state === "paused" ? "paused" : "connecting";
    if (words !== this.said || this.meter.running !== (session.state === "active" && online)) this.meter.setState(session.state === "active" && online, words, look);
    this.said = words;
    this.panels.show(this.panelOf(session, ready, online), session.deadline_at);
    this.panels.put("media", "title", lost(session.reason, this.config));
    this.checkWords(session);
  }

  /** @param {Session} session @param {boolean} ready @param {boolean} online @returns {string} */
  panelOf(session, ready, online) {
    const chat = this.config.kind === "chat";
    if (!ready) return "check";
    if (session.state === "requested") return "ringing";
    if (session.state === "connecting") return "connecting";
    if (session.state === "paused" && session.pause !== "media") return session.pause || "";
    if (!online) return "offline";
    if (session.state === "paused") return chat ? "wait" : "media";
    return "";
  }

  /** @param {Session} session */
  checkWords(session) {
    const { peer_name: name, role } = this.config;
    const ringing = session.state === "requested";
    const waiting = role === "client" ? `${name} said yes` : `${name} is waiting`;
    this.panels.put("check", "title", ringing ? `Ringing ${name}` : waiting);
    this.panels.put("check", "join-verb", ringing ? "I am ready" : "Join now");
    this.panels.put("wait", "title", lost(session.reason, this.config));
  }

  /** @param {"" | "failed" | "silent"} trouble @param {boolean} connected */
  line(trouble, connected) {
    for (const step of all("[data-step=line]")) step.classList.toggle("done", connected);
    const place = one('[data-panel="connecting"] [data-line-trouble]');
    if (!place) return;
    place.hidden = !trouble;
    place.textContent = trouble ? TROUBLE[trouble] : "";
    const again = one('[data-panel="connecting"] [data-again]');
    if (again) again.hidden = trouble !== "failed";
    if (trouble) assertive(TROUBLE[trouble]);
  }

  /**
   * @param {number} seconds @param {boolean} last the last warning: it may interrupt
   * @param {string} [why] funds, cap or max: only funds can be added to
   */
  low(seconds, last, why = "funds") {
    const client = this.config.role === "client";
    const left = seconds >= 90 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
    const words = timeShort(left, why, this.config);
    (last ? assertive : polite)(words);
    if (last) lastMinute();
    if (client && why === "funds") this.funds.show(`About ${left} left`, "At the end we pause, not charge. You then have a minute to add funds.");
    else toast({ tone: "warn", text: words });
  }

  /** @param {import("./shapes.js").Ending} ending */
  ended(ending) {
    this.meter.setState(false, "Ended", "ended");
    this.meter.close(ending);
    this.panels.put("ended", "title", cause(ending.cause, this.config));
    this.panels.put("ended", "words", sum(ending, this.config));
    const link = /** @type {HTMLAnchorElement | null} */ (one('[data-panel="ended"] [data-receipt]'));
    if (link && ending.receipt_url) link.href = ending.receipt_url;
    assertive(`${cause(ending.cause, this.config)}. ${sum(ending, this.config)}`);
  }
}
