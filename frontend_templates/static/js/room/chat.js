// @ts-check
/** The written side of a reading: log, marks, typing, a draft that survives a reload. */
import { polite } from "../core/announce.js";
import { make, need, one } from "../core/dom.js";

const TYPING_MS = 3000;
const TYPING_SHOWN_MS = 5000;

export class Chat {
  /**
   * @param {import("./shapes.js").RoomConfig} config
   * @param {{send: import("./shapes.js").Send, visible: () => boolean, onUnread: (count: number) => void}} port
   *   visible: whether the log can be seen; onUnread: how many came while it could not
   */
  constructor(config, port) {
    this.config = config;
    this.port = port;
    this.log = need("[data-log]");
    this.form = /** @type {HTMLFormElement} */ (need("[data-composer]"));
    this.field = /** @type {HTMLTextAreaElement} */ (need("textarea", this.form));
    /** @type {Map<string, {element: HTMLElement, text: string, sent: boolean}>} by key */
    this.bubbles = new Map();
    /** @type {Set<string>} ids of the other side's messages that were not read yet */
    this.unread = new Set();
    this.draftKey = `soulseer.draft.${config.id}`;
    this.typedAt = -Infinity;
    this.typingTimer = 0;
    this.field.value = sessionStorage.getItem(this.draftKey) || "";
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    document.addEventListener("visibilitychange", () => this.markRead());
  }

  /** Everything again, after a reconnect; what never arrived goes out once more. @param {import("./shapes.js").Message[]} messages */
  restore(messages) {
    for (const message of messages) this.show(message, false);
    for (const [key, bubble] of this.bubbles) {
      if (!bubble.sent) this.port.send("chat-message", { key, text: bubble.text }, key);
    }
    this.markRead();
    this.toEnd();
  }

  typed() {
    sessionStorage.setItem(this.draftKey, this.field.value);
    const now = performance.now();
    if (now - this.typedAt < TYPING_MS || !this.field.value) return;
    this.typedAt = now;
    this.port.send("chat-typing");
  }

  submit() {
    const text = this.field.value.trim().slice(0, this.config.message_chars_max);
    if (!text) return;
    const key = crypto.randomUUID();
    this.draw(key, "mine", text, "sending", new Date());
    this.field.value = "";
    sessionStorage.removeItem(this.draftKey);
    this.port.send("chat-message", { key, text }, key);
    this.toEnd();
    this.field.focus();
  }

  /** @param {import("./shapes.js").Message} message @param {boolean} [fresh] */
  show(message, fresh = true) {
    const mine = message.sender === this.config.role;
    const mark = message.read_at ? "read" : message.delivered_at ? "delivered" : "sent";
    const known = this.bubbles.get(message.key);
    if (known) this.mark(message, mine ? mark : "");
    else this.draw(message.key, mine ? "mine" : "", message.text, mine ? mark : "", new Date(message.at), message.message_id);
    if (mine) return;
    this.stopTyping();
    if (message.read_at) return;
    this.unread.add(message.message_id);
    this.markRead();
    if (fresh) {
      this.toEnd();
      if (!this.port.visible()) polite(`${this.config.peer_name}: ${message.text}`);
    }
  }

  /** @param {string} key @param {string} side @param {string} text @param {string} mark @param {Date} at @param {string} [id] */
  draw(key, side, text, mark, at, id) {
    const speaker = side ? "You: " : `${this.config.peer_name}: `;
    const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const element = make("div", { class: `bubble ${side}`.trim(), dataset: { id: id || "" } },
      make("span", { class: "sr" }, speaker), make("span", { class: "words" }, text),
      make("small", {}, make("span", { class: "num" }, time), make("span", { "data-mark": true }, mark && ` \u00b7 ${mark}`)));
    this.bubbles.set(key, { element, text, sent: Boolean(id) });
    this.log.insertBefore(element, one(".typing", this.log));
  }

  /** @param {import("./shapes.js").Message} message @param {string} mark */
  mark(message, mark) {
    const bubble = this.bubbles.get(message.key);
    if (!bubble) return;
    bubble.sent = true;
    bubble.element.dataset.id = message.message_id;
    need("[data-mark]", bubble.element).textContent = mark && ` \u00b7 ${mark}`;
  }

  /** @param {string} id */
  delivered(id) {
    const found = one(`[data-id="${CSS.escape(id)}"] [data-mark]`, this.log);
    if (found && !/read/.test(found.textContent || "")) found.textContent = " \u00b7 delivered";
  }

  /** The other side has read up to this one. @param {string} id */
  read(id) {
    for (const { element } of this.bubbles.values()) {
      if (element.matches(".mine") && element.dataset.id) need("[data-mark]", element).textContent = " \u00b7 read";
      if (element.dataset.id === id) return;
    }
  }

  /** The server would not take it. @param {string} key @param {string} detail @returns {boolean} whether it was ours */
  refused(key, detail) {
    const bubble = this.bubbles.get(key);
    if (!bubble) return false;
    this.bubbles.delete(key);
    need("[data-mark]", bubble.element).textContent = ` \u00b7 not sent. ${detail}`;
    if (!this.field.value) this.field.value = bubble.text;
    return true;
  }

  markRead() {
    if (this.unread.size && this.port.visible() && !document.hidden) {
      const newest = [...this.unread].pop();
      this.port.send("chat-read", { message_id: newest });
      this.unread.clear();
    }
    this.port.onUnread(this.unread.size);
  }

  typing() {
    need(".typing", this.log).hidden = false;
    this.toEnd();
    clearTimeout(this.typingTimer);
    this.typingTimer = Number(setTimeout(() => this.stopTyping(), TYPING_SHOWN_MS));
  }

  stopTyping() {
    clearTimeout(this.typingTimer);
    need(".typing", this.log).hidden = true;
  }

  toEnd() {
    const place = this.log.closest("[data-scroll]");
    if (place) place.scrollTop = place.scrollHeight;
  }

  /** Nothing more can be said. */
  close() {
    this.stopTyping();
    for (const control of this.form.querySelectorAll("textarea, button")) control.setAttribute("disabled", "");
  }
}
