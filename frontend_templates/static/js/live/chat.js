// @ts-check
/** The room's chat: a log that can be paused, and own messages that survive a lost line. */
import { make, need, one } from "../core/dom.js";
import { Composer } from "./composer.js";
import { giftLine, houseLine, messageLine } from "./lines.js";
import { Tellings } from "./tellings.js";

/** @typedef {import("./shapes.js").Message} Message */
/** @typedef {import("./shapes.js").Gift} Gift */

const LINES_MAX = 200;
const NEAR_PX = 60;

export class Chat {
  /**
   * @param {import("./shapes.js").Config} config
   * @param {{send: (type: string, content: unknown, id?: string) => boolean, onName: (message: Message) => void}} port
   */
  constructor(config, port) {
    this.config = config;
    this.port = port;
    this.log = need("[data-log]");
    this.pauseButton = need("[data-pause]");
    /** @type {Map<string, {line: HTMLElement, text: string, sent: boolean}>} own lines by key */
    this.own = new Map();
    /** @type {Set<string>} */
    this.seen = new Set();
    /** @type {HTMLElement[]} what came while the log was paused */
    this.held = [];
    this.paused = false;
    this.hiddenKey = `soulseer.hidden.${config.id}`;
    /** @type {Set<string>} people whose words this page does not show */
    this.hidden = new Set(JSON.parse(sessionStorage.getItem(this.hiddenKey) || "[]"));
    this.composer = new Composer(config, (text) => this.say(text));
    this.tellings = new Tellings(this.log, () => this.paused || !this.log.checkVisibility({ visibilityProperty: true }));
    this.pauseButton.addEventListener("click", () => this.pause(!this.paused));
    this.log.addEventListener("keydown", (event) => this.walk(event));
  }

  /** Everything again, in the order it happened. @param {Message[]} messages @param {Gift[]} gifts */
  restore(messages, gifts) {
    const unsent = [...this.own].filter(([key, { sent }]) => !sent && !messages.some((message) => message.key === key));
    this.log.replaceChildren(houseLine("Be kind. Nothing here is private."));
    this.own.clear();
    this.seen.clear();
    this.held = [];
    const all = [...messages.map((message) => ({ at: message.at, draw: () => this.show(message) })), ...gifts.map((gift) => ({ at: gift.at, draw: () => this.gift(gift, false) }))];
    for (const { draw } of all.sort((a, b) => a.at.localeCompare(b.at))) draw();
    for (const [key, { text }] of unsent) this.draft(key, text);
    this.toEnd();
  }

  /** @param {Message} message */
  show(message) {
    const mine = this.own.get(message.key);
    if (mine && message.sender_id === this.config.user_id) return this.arrived(mine, message);
    if (this.seen.has(message.message_id) || this.hidden.has(message.sender_id)) return undefined;
    this.seen.add(message.message_id);
    const line = messageLine(message, this.port.onName);
    if (message.sender_id === this.config.user_id) this.own.set(message.key, { line, text: message.text, sent: true });
    return this.add(line);
  }

  /** @param {{line: HTMLElement, sent: boolean}} mine @param {Message} message */
  arrived(mine, message) {
    this.seen.add(message.message_id);
    const fresh = messageLine(message, this.port.onName);
    mine.line.replaceWith(fresh);
    mine.line = fresh;
    if (!mine.sent) this.composer.accepted();
    mine.sent = true;
  }

  /** @param {Gift} gift @param {boolean} [fresh] */
  gift(gift, fresh = true) {
    if (this.seen.has(gift.id)) return false;
    this.seen.add(gift.id);
    if (fresh) this.tellings.gift(gift);
    this.add(giftLine(gift));
    return true;
  }

  /** @param {HTMLElement} line */
  add(line) {
    if (this.paused && !line.classList.contains("waits")) {
      this.held.push(line);
      if (this.held.length > LINES_MAX) this.held.shift();
      need("[data-waiting-lines]").textContent = `, ${this.held.length} new`;
      return;
    }
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_PX;
    this.tellings.line();
    one("[data-empty-log]")?.remove();
    this.log.append(line);
    while (this.log.children.length > LINES_MAX && !this.log.firstElementChild?.contains(document.activeElement)) this.log.firstElementChild?.remove();
    if (near) this.toEnd();
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    this.pauseButton.setAttribute("aria-pressed", String(paused));
    need("[data-waiting-lines]").textContent = "";
    if (paused) return;
    for (const line of this.held.splice(0)) this.add(line);
    this.toEnd();
  }

  /** @param {string} text */
  say(text) {
    const key = crypto.randomUUID();
    this.draft(key, text);
    this.toEnd();
  }

  /** A line of ours that the server has not confirmed yet. @param {string} key @param {string} text */
  draft(key, text) {
    const { user_id, role } = this.config;
    const line = messageLine({ message_id: "", key, sender_id: user_id, sender_name: "You", role, text, at: new Date().toISOString() }, () => {});
    line.classList.add("waits");
    this.own.set(key, { line, text, sent: false });
    this.add(line);
    if (!this.port.send("stream-chat", { key, text }, key)) need("[data-mark]", line).textContent = " \u00b7 goes out when the line is back";
  }

  /** The server would not take it. @param {string} key @param {string} code @param {string} words @param {number} [seconds] @returns {boolean} whether it was ours */
  refused(key, code, words, seconds) {
    const mine = this.own.get(key);
    if (!mine || mine.sent) return false;
    mine.line.classList.replace("waits", "failed");
    const mark = need("[data-mark]", mine.line);
    mark.textContent = ` \u00b7 not sent. ${words} `;
    this.composer.refused(code, words, seconds);
    if (code !== "blocked_word" && code !== "muted") mark.append(make("button", { type: "button", class: "quiet-btn", onclick: () => { mine.line.remove(); this.own.delete(key); this.draft(key, mine.text); } }, "Try again"));
    this.toEnd();
    return true;
  }

  /** A message is gone. @param {string} id */
  removed(id) {
    for (const line of [...this.log.children, ...this.held]) {
      if (line instanceof HTMLElement && line.dataset.id === id) line.replaceChildren(make("span", { class: "sys" }, "A message was taken away."));
    }
  }

  /** Show or leave out somebody's words, on this page only. @param {string} user @param {boolean} hide */
  hide(user, hide) {
    if (hide) this.hidden.add(user);
    else this.hidden.delete(user);
    sessionStorage.setItem(this.hiddenKey, JSON.stringify([...this.hidden]));
    for (const line of this.log.children) {
      const text = line instanceof HTMLElement && line.dataset.sender === user ? one("[data-text]", line) : null;
      if (!text) continue;
      text.dataset.words ??= text.textContent || "";
      text.textContent = hide ? "(hidden for you)" : text.dataset.words;
    }
  }

  /** Arrow keys walk from name to name; Enter opens what can be done. @param {KeyboardEvent} event */
  walk(event) {
    if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const names = /** @type {HTMLElement[]} */ ([...this.log.querySelectorAll(".who")]);
    const at = names.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = at < 0 ? names.length - 1 : at + (event.key === "ArrowUp" ? -1 : 1);
    if (!names[next]) return;
    event.preventDefault();
    names[next].focus();
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Nothing more can be said. @param {string} words */
  close(words) {
    this.composer.close(words);
  }
}
