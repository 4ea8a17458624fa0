// @ts-check
/** A reader's status on the console: one switch per kind, and always the cause of what it says. */
import { ApiError, get, put } from "../core/api.js";
import { polite, toast } from "../core/announce.js";
import { all, need } from "../core/dom.js";

const WORDS = /** @type {Record<string, string>} */ ({ online: "Online", busy: "In a reading", offline: "Offline" });
const KINDS = ["chat", "voice", "video"];
const USUAL = "You go offline by yourself after two missed rings.";

export class Availability {
  constructor() {
    this.form = /** @type {HTMLFormElement} */ (need("[data-availability]"));
    this.word = need("[data-status]", this.form);
    this.reason = need("[data-reason]", this.form);
    /** How many words the line has brought. */
    this.heard = 0;
    /** @type {Promise<void>} the last question that was asked */
    this.turn = Promise.resolve();
    this.form.addEventListener("change", () => this.wish());
    for (const button of all("[data-all]", this.form)) {
      button.addEventListener("click", () => {
        for (const each of this.switches()) each.checked = button.dataset.all === "on";
        this.wish();
      });
    }
  }

  /** @returns {HTMLInputElement[]} */
  switches() {
    return KINDS.map((kind) => /** @type {HTMLInputElement | null} */ (this.form.querySelector(`input[name="${kind}"]`))).filter((each) => each !== null);
  }

  async wish() {
    const wishes = Object.fromEntries(KINDS.map((kind) => [kind, this.switches().some((each) => each.name === kind && each.checked)]));
    try {
      await this.settle(() => put("readers/me/status/", wishes));
      polite(`You are ${(WORDS[this.word.dataset.is || ""] || "").toLowerCase()} now.`);
    } catch (error) {
      toast({ tone: "bad", text: error instanceof ApiError ? error.message : "Your status did not change. Try again." });
      this.refresh();
    }
  }

  async refresh() {
    try {
      await this.settle(() => get("readers/me/"));
    } catch {
      // The switches stay as they are; the next change asks again.
    }
  }

  /**
   * Ask when earlier questions are answered, and show what comes of it.
   * @param {() => Promise<any>} ask
   */
  settle(ask) {
    this.turn = this.turn.catch(() => {}).then(() => this.showAnswer(ask));
    return this.turn;
  }

  /**
   * An answer beside which the line brought a word may be the older of the two: asked once more.
   * @param {() => Promise<any>} ask
   */
  async showAnswer(ask) {
    const heard = this.heard;
    const own = await ask();
    if (heard === this.heard) this.show(own);
    else await this.showAnswer(() => get("readers/me/"));
  }

  /** The line says so. @param {string} status @param {string} [reason] */
  hear(status, reason) {
    this.heard += 1;
    this.say(status, reason);
  }

  /** @param {{status: string, offline_reason: string, wishes: Record<string, boolean>}} own */
  show({ status, offline_reason, wishes }) {
    for (const each of this.switches()) each.checked = Boolean(wishes[each.name]);
    this.say(status, offline_reason);
  }

  /** @param {string} status @param {string} [reason] why, when it is not what the reader chose */
  say(status, reason) {
    const wanted = this.switches().filter((each) => each.checked);
    this.word.dataset.is = status;
    const kinds = wanted.length === this.switches().length ? "every type" : wanted.map((each) => each.name).join(" and ");
    this.word.textContent = status === "online" && kinds ? `Online, ${kinds}` : WORDS[status] || status;
    const why = status === "busy" ? "Held for one client. The others see when you are free again." : reason;
    this.reason.textContent = why || (status === "offline" && wanted.length ? "Waiting for this page\u2019s line to come up." : USUAL);
  }
}
