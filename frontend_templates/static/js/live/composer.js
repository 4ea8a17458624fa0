// @ts-check
/** Where one writes to the room: a draft that survives a reload, slow mode, signs, words when it may not be. */
import { make, need } from "../core/dom.js";
import { assertive } from "../core/announce.js";

const SIGNS = ["🌙", "✨", "🌹", "🕯️", "💛", "🙏", "😊", "😂", "😢", "👏", "🔥", "🌊"];
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export class Composer {
  /** @param {import("./shapes.js").Config} config @param {(text: string) => void} say */
  constructor(config, say) {
    this.say = say;
    this.form = /** @type {HTMLFormElement} */ (need("[data-say]"));
    this.field = /** @type {HTMLInputElement} */ (need("input", this.form));
    this.button = /** @type {HTMLButtonElement} */ (need("[data-say-send]", this.form));
    this.words = need("[data-say-words]", this.form);
    this.draftKey = `soulseer.live-draft.${config.id}`;
    this.slowSeconds = 0;
    this.free = config.role !== "viewer";
    this.waitUntil = 0;
    this.timer = 0;
    this.muted = false;
    this.field.value = sessionStorage.getItem(this.draftKey) || "";
    this.field.addEventListener("input", () => sessionStorage.setItem(this.draftKey, this.field.value));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.signs();
  }

  submit() {
    const text = this.field.value.trim();
    if (!text || this.muted) return;
    if (performance.now() < this.waitUntil) {
      assertive(this.words.textContent || "Slow mode: a moment, please.");
      return;
    }
    this.field.value = "";
    sessionStorage.removeItem(this.draftKey);
    this.say(text);
    this.field.focus();
  }

  /** @param {number} seconds */
  slow(seconds) {
    this.slowSeconds = seconds;
    need("[data-slow-words]").textContent = seconds ? `Slow mode, ${seconds} s` : "";
    if (!seconds) this.wait(0);
  }

  /** Our message stands in the room. */
  accepted() {
    if (this.slowSeconds && !this.free) this.wait(this.slowSeconds);
  }

  /** @param {string} code @param {string} words @param {number} [seconds] */
  refused(code, words, seconds) {
    const told = Number(/\d+/.exec(words)?.[0]) || this.slowSeconds;
    if (code === "slow_mode" || code === "too_many") this.wait(seconds || told || 5);
    assertive(`Not sent. ${words}`);
  }

  /** @param {number} seconds */
  wait(seconds) {
    this.waitUntil = performance.now() + seconds * 1000;
    clearInterval(this.timer);
    const tick = () => {
      const left = Math.ceil((this.waitUntil - performance.now()) / 1000);
      if (left <= 0) clearInterval(this.timer);
      if (!this.muted) this.tell(left > 0 ? `You can write again in ${left} s.` : "");
      this.button.disabled = left > 0 || this.muted;
    };
    this.timer = Number(setInterval(tick, 250));
    tick();
  }

  /** @param {string | null | undefined} until ISO; null for as long as the room is open @param {boolean} muted */
  mute(muted, until) {
    this.muted = muted && (!until || Date.parse(until) > Date.now());
    this.field.disabled = this.muted;
    this.button.disabled = this.muted;
    this.tell(this.muted ? `A moderator muted you${until ? ` until ${CLOCK.format(new Date(until))}` : " in this room"}.` : "");
    if (this.muted && until) setTimeout(() => this.mute(false, null), Math.min(2 ** 31 - 1, Date.parse(until) - Date.now()));
  }

  /** @param {string} words */
  tell(words) {
    this.words.hidden = !words;
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  signs() {
    const row = need("[data-emojis]", this.form);
    const opener = need("[data-emoji-opens]", this.form);
    row.append(...SIGNS.map((sign) => make("button", { type: "button", onclick: () => this.insert(sign) }, sign)));
    const open = (/** @type {boolean} */ shown) => {
      row.hidden = !shown;
      opener.setAttribute("aria-expanded", String(shown));
    };
    opener.addEventListener("click", () => open(Boolean(row.hidden)));
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || row.hidden) return;
      event.stopPropagation();
      open(false);
      opener.focus();
    });
  }

  /** @param {string} sign */
  insert(sign) {
    this.field.setRangeText(sign, this.field.selectionStart ?? this.field.value.length, this.field.selectionEnd ?? this.field.value.length, "end");
    this.field.dispatchEvent(new Event("input"));
    this.field.focus();
  }

  /** Nothing more can be said. @param {string} words */
  close(words) {
    clearInterval(this.timer);
    this.muted = true;
    this.field.disabled = true;
    this.button.disabled = true;
    this.tell(words);
  }
}
