// @ts-check
/** What a name in the chat opens: hide, report, and for moderators pin, take away, mute, put out. */
import { ApiError, post, remove } from "../core/api.js";
import { polite } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";

/** @typedef {import("./shapes.js").Message} Message */

const MUTE_SECONDS = 600;
const ABOUT_OTHERS = new Set(["hide", "report", "mute", "unmute", "put_out"]);

export class Moderation {
  /** @param {import("./shapes.js").Config} config @param {{hides: (user: string) => boolean, hide: (user: string, hide: boolean) => void}} chat */
  constructor(config, chat) {
    this.config = config;
    this.chat = chat;
    this.sheet = /** @type {HTMLDialogElement} */ (need("#line-sheet"));
    this.form = /** @type {HTMLFormElement} */ (need("[data-report-form]", this.sheet));
    /** @type {Message | null} */
    this.message = null;
    for (const button of all("[data-act]", this.sheet)) button.addEventListener("click", () => this.act(button.dataset.act || ""));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.report();
    });
    one("[data-unpin]")?.addEventListener("click", () => this.run(() => remove(`${this.path}/pin/`), "The pin is gone."));
  }

  get path() {
    return `streams/${this.config.id}`;
  }

  /** @param {Message} message */
  open(message) {
    if (!message.message_id) return;
    this.message = message;
    const own = message.sender_id === this.config.user_id;
    need("[data-line-name]").textContent = own ? "Your message" : message.sender_name;
    need("[data-line-text]").textContent = message.text;
    this.tell("");
    this.form.hidden = true;
    for (const button of all("[data-act]", this.sheet)) {
      const act = button.dataset.act || "";
      const onHost = message.role === "host" && !["report", "hide", "pin"].includes(act);
      const notTheirs = act === "remove" && !own && this.config.role === "viewer";
      button.hidden = (own && ABOUT_OTHERS.has(act)) || onHost || notTheirs;
      if (act === "hide") button.textContent = this.chat.hides(message.sender_id) ? "Show what they say again" : "Hide what they say, for me";
    }
    this.sheet.showModal();
  }

  /** @param {string} act */
  act(act) {
    if (!this.message) return;
    const { message_id: id, sender_id: user, sender_name: name } = this.message;
    if (act === "hide") {
      const hide = !this.chat.hides(user);
      this.chat.hide(user, hide);
      this.sheet.close();
      polite(hide ? `You no longer see what ${name} says here.` : `You see what ${name} says again.`);
    }
    if (act === "report") {
      this.form.hidden = false;
      need("#report-reason").focus();
    }
    if (act === "pin") this.run(() => post(`${this.path}/messages/${id}/pin/`), "Pinned.");
    if (act === "remove") this.run(() => post(`${this.path}/messages/${id}/remove/`), "The message is gone.");
    if (act === "mute") this.run(() => post(`${this.path}/mutes/`, { user_id: user, seconds: MUTE_SECONDS, put_out: false }), `${name} is muted for 10 minutes.`);
    if (act === "unmute") this.run(() => remove(`${this.path}/mutes/${user}/`), `${name} may speak again.`);
    if (act === "put_out") this.run(() => post(`${this.path}/mutes/`, { user_id: user, seconds: null, put_out: true }), `${name} was put out of the room.`);
  }

  report() {
    const reason = /** @type {HTMLTextAreaElement} */ (need("#report-reason"));
    if (!this.message || !reason.value.trim()) return;
    const { message_id } = this.message;
    this.run(() => post(`${this.path}/reports/`, { message_id, reason: reason.value.trim() }), "Thank you. Our team reads every report.").then(() => { reason.value = ""; });
  }

  /** @param {() => Promise<unknown>} ask @param {string} words */
  async run(ask, words) {
    const buttons = /** @type {HTMLButtonElement[]} */ (all("[data-act], [data-report-form] button", this.sheet));
    for (const button of buttons) button.disabled = true;
    try {
      await ask();
      this.sheet.close();
      polite(words);
    } catch (error) {
      this.tell(error instanceof ApiError ? error.message : "That did not work.");
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  /** @param {string} words */
  tell(words) {
    need("[data-line-words]").textContent = words;
  }
}
