// @ts-check
/** The room's chat as its host sees it: each line can be pinned or removed, its writer muted or put out, with one press. */
import { ApiError } from "../../core/api.js";
import { polite } from "../../core/announce.js";
import { icon, make, need, one } from "../../core/dom.js";
import * as requests from "./requests.js";

/** @typedef {import("./shapes.js").Message} Message */

const MUTE_SECONDS = 600;
const LINES_MAX = 300;
const ALOUD_MAX = 20;
const NEAR_END_PX = 60;
const ROLES = /** @type {Record<string, string>} */ ({ host: "Host", moderator: "Moderator" });

export class Talk {
  /** @param {string} stream @param {{send: import("./shapes.js").Send, onFresh: () => void}} port */
  constructor(stream, { send, onFresh }) {
    this.stream = stream;
    this.send = send;
    this.onFresh = onFresh;
    this.log = need("[data-talk]");
    this.scroll = need("[data-scroll]");
    this.form = /** @type {HTMLFormElement} */ (need("[data-say]"));
    this.field = /** @type {HTMLInputElement} */ (need("input", this.form));
    /** @type {Map<string, string>} what was written and has not come back, by key */
    this.waiting = new Map();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    // A finger has no hover: a tap on a line shows what can be done with it.
    this.log.addEventListener("click", (event) => {
      const line = event.target instanceof Element ? event.target.closest("li") : null;
      for (const open of this.log.querySelectorAll(".open")) if (open !== line) open.classList.remove("open");
      line?.classList.toggle("open");
    });
    need("[data-unpin]").addEventListener("click", () => this.act(() => requests.unpin(stream), "The pin is gone."));
  }

  say() {
    const text = this.field.value.trim();
    if (!text) return;
    const key = crypto.randomUUID();
    this.complain("");
    if (!this.send("stream-chat", { key, text }, key)) {
      this.complain("The room cannot be reached just now. Try again in a moment.");
      return;
    }
    this.waiting.set(key, text);
    this.field.value = "";
  }

  /** The server would not take it. @param {string} key @param {string} detail @returns {boolean} whether it was ours */
  refused(key, detail) {
    const text = this.waiting.get(key);
    if (text === undefined) return false;
    this.waiting.delete(key);
    this.field.value ||= text;
    this.complain(detail);
    return true;
  }

  /** @param {string} words */
  complain(words) {
    need("[data-say-error]").textContent = words;
  }

  /** Everything again, after a reconnect. @param {Message[]} messages */
  restore(messages) {
    this.log.replaceChildren();
    for (const message of messages) this.add(message);
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  /** @param {Message} message */
  show(message) {
    const near = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END_PX;
    this.waiting.delete(message.key);
    this.add(message);
    while (this.log.children.length > LINES_MAX) this.log.firstElementChild?.remove();
    if (near) this.scroll.scrollTop = this.scroll.scrollHeight;
    if (message.role !== "host") {
      this.readAloud(message);
      this.onFresh();
    }
  }

  /** The words alone for a screen reader: the list beside them is full of buttons. @param {Message} message */
  readAloud({ sender_name, text }) {
    const place = need("[data-aloud]");
    place.append(make("p", {}, `${sender_name}: ${text}`));
    while (place.children.length > ALOUD_MAX) place.firstElementChild?.remove();
  }

  /** @param {Message} message */
  add(message) {
    if (one(`[data-message="${CSS.escape(message.message_id)}"]`, this.log)) return;
    const badge = ROLES[message.role] ? make("span", { class: "badge" }, ROLES[message.role]) : null;
    this.log.append(make("li", { class: `of-${message.role}`, dataset: { message: message.message_id, user: message.sender_id } },
      make("p", {}, make("b", {}, message.sender_name), " ", badge, badge ? " " : "", make("span", { class: "words" }, message.text)),
      this.acts(message)));
  }

  /** @param {Message} message */
  acts({ message_id, sender_id, sender_name, role, text }) {
    const { stream } = this;
    const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ act) =>
      make("button", { type: "button", class: "icon-btn", "aria-label": `${label}: ${sender_name}, ${text.slice(0, 40)}`, title: label, onclick: act }, icon(name));
    const pin = button("spark", "Pin this", () => this.act(() => requests.pinMessage(stream, message_id), "Pinned."));
    const remove = button("x", "Remove this", () => this.act(() => requests.removeMessage(stream, message_id), "Removed."));
    if (role === "host") return make("span", { class: "acts" }, pin, remove);
    const mute = button("mic-off", "Mute for 10 minutes", () => this.silence(sender_id, sender_name, MUTE_SECONDS, false));
    const out = button("leave", "Put out of the room", () => this.silence(sender_id, sender_name, null, true));
    return make("span", { class: "acts" }, pin, remove, mute, out);
  }

  /** @param {string} user @param {string} name @param {number | null} seconds @param {boolean} out */
  async silence(user, name, seconds, out) {
    const done = await this.act(() => requests.silence(this.stream, user, seconds, out), "");
    if (!done) return;
    const words = out ? `${name} is out of the room.` : `${name} is muted for 10 minutes.`;
    const line = make("li", { class: "sys" }, `${words} `);
    line.append(make("button", { type: "button", class: "link small", onclick: async () => {
      if (await this.act(() => requests.unsilence(this.stream, user), `${name} may ${out ? "come back" : "speak"}.`)) line.remove();
    } }, "Undo"));
    this.log.append(line);
    this.scroll.scrollTop = this.scroll.scrollHeight;
    polite(words);
  }

  /** @param {() => Promise<unknown>} request @param {string} words @returns {Promise<boolean>} */
  async act(request, words) {
    try {
      await request();
      if (words) polite(words);
      this.complain("");
      return true;
    } catch (error) {
      this.complain(error instanceof ApiError ? error.message : "That did not work.");
      return false;
    }
  }

  /** What a moderator, or this page, has done. @param {{act: string, message_id?: string, user_id?: string}} act */
  moderated({ act, message_id }) {
    if (act === "removed" && message_id) one(`[data-message="${CSS.escape(message_id)}"]`, this.log)?.remove();
  }

  /** @param {{text: string, sender_name: string} | null} pin */
  pin(pin) {
    const place = need("[data-pin]");
    place.hidden = !pin?.text;
    need("[data-pin-words]", place).textContent = pin?.text ? `${pin.sender_name}: ${pin.text}` : "";
  }

  /** @param {number} seconds */
  slow(seconds) {
    need("[data-slow]").textContent = seconds ? `Slow mode, one message in ${seconds} s` : "";
  }
}
