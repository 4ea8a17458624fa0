// @ts-check
/** Title, goal and chat of the room, changed before it opens or while it runs. */
import { ApiError } from "../../core/api.js";
import { polite } from "../../core/announce.js";
import { all, need, one } from "../../core/dom.js";
import { centsOf } from "./amounts.js";
import * as requests from "./requests.js";

export class SettingsSheet {
  /** @param {string} stream */
  constructor(stream) {
    this.stream = stream;
    this.sheet = /** @type {HTMLDialogElement} */ (need("#settings"));
    this.form = /** @type {HTMLFormElement} */ (need("[data-settings]"));
    this.when = /** @type {HTMLInputElement | null} */ (one("[name=scheduled_at]", this.form));
    if (this.when) this.when.value = localTime(this.form.dataset.when || "");
    for (const opener of all("[data-edit]")) opener.addEventListener("click", () => this.sheet.showModal());
    need("[data-closes]", this.form).addEventListener("click", () => this.sheet.close());
    for (const button of all("[data-untrust]", this.form)) button.addEventListener("click", () => this.untrust(button));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  /** @param {HTMLElement} button */
  async untrust(button) {
    try {
      await requests.untrust(this.stream, button.dataset.untrust || "");
      button.closest("li")?.remove();
      polite("They are no moderator any more.");
    } catch (error) {
      this.complain(error instanceof ApiError ? error.message : "That did not work. Try again.");
    }
  }

  async save() {
    const { wishes, trouble } = this.read();
    this.complain(trouble);
    if (trouble) return;
    try {
      const { title } = await requests.change(this.stream, wishes);
      need("[data-title]").textContent = title;
      this.sheet.close();
      polite("Saved.");
    } catch (error) {
      this.complain(error instanceof ApiError ? error.message : "That did not work. Try again.");
    }
  }

  /** @returns {{wishes: Record<string, unknown>, trouble: string}} */
  read() {
    const given = new FormData(this.form);
    const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    const [goal_title, goal_cents] = [text("goal_title"), centsOf(text("goal"))];
    /** @type {Record<string, unknown>} */
    const wishes = {
      title: text("title"),
      slow_mode_s: Number(text("slow_mode_s")),
      own_words: text("own_words").split(",").map((word) => word.trim()).filter(Boolean),
      goal_title,
      goal_cents: goal_title ? goal_cents : null,
    };
    const when = new Date(text("scheduled_at"));
    if (this.when) wishes.scheduled_at = Number.isNaN(when.getTime()) ? null : when.toISOString();
    if (!wishes.title) return { wishes, trouble: "Give it a title." };
    if (this.when && !(when.getTime() > Date.now())) return { wishes, trouble: "Choose a time that is still to come." };
    if (Boolean(goal_title) !== Boolean(text("goal")) || (goal_title && !goal_cents)) {
      return { wishes, trouble: "A goal needs words and an amount, for example 150.00." };
    }
    return { wishes, trouble: "" };
  }

  /** @param {string} words */
  complain(words) {
    need("[data-settings-error]", this.form).textContent = words;
  }
}

/** An instant as the field of a day and a time shows it. @param {string} iso */
function localTime(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
