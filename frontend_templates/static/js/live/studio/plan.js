// @ts-check
/** The checklist: what the stream is, who may watch, when. Sends it, and goes on air or announces it. */
import { ApiError, newKey } from "../../core/api.js";
import { polite } from "../../core/announce.js";
import { all, make, need } from "../../core/dom.js";
import { centsOf } from "./amounts.js";
import * as requests from "./requests.js";

/** The studio's page goes on air by itself when it finds its stream under this key. */
export const START_KEY = "soulseer.studio.start";
const WORDS = /** @type {Record<string, string>} */ ({ now: "Go live now", later: "Announce it" });

export class Plan {
  /** @param {{ready: () => boolean, leave: () => void}} devices whether there is something to send; leave: give it up */
  constructor(devices) {
    this.devices = devices;
    this.form = /** @type {HTMLFormElement} */ (need("[data-plan]"));
    this.key = newKey();
    /** @type {string} the stream, once the API has made it: a second try goes on from there */
    this.made = "";
    this.form.addEventListener("change", () => this.fold());
    this.form.addEventListener("input", () => this.change());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.fold();
  }

  /** @param {string} name @returns {string} */
  value(name) {
    return String(new FormData(this.form).get(name) ?? "").trim();
  }

  /** Another plan is another act. */
  change() {
    if (!this.made) this.key = newKey();
  }

  /** Show the fields that belong to what is chosen. */
  fold() {
    const chosen = [this.value("access"), this.value("when")];
    for (const part of all("[data-for]", this.form)) part.hidden = !chosen.includes(part.dataset.for || "");
    this.ready();
  }

  /** Say what the button does, and what is still missing for it. */
  ready() {
    const now = this.value("when") === "now";
    need("[data-go-words]", this.form).textContent = WORDS[this.value("when")];
    const missing = now && !this.devices.ready();
    need("[data-go]", this.form).setAttribute("aria-disabled", String(missing));
    need("[data-go-help]", this.form).textContent = missing ? "Test your camera or microphone first." : "";
    return !missing;
  }

  async submit() {
    const { plan, errors } = this.read();
    if (!this.ready()) errors.push(["", "Test your camera or microphone first: a stream needs at least one of them."]);
    this.complain(errors);
    if (errors.length) return;
    const button = /** @type {HTMLButtonElement} */ (need("[data-go]", this.form));
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await this.send(plan);
    } catch (error) {
      this.complain(problems(error));
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {Record<string, unknown>} plan */
  async send(plan) {
    this.made ||= (await requests.create(plan, this.key)).id;
    const file = /** @type {HTMLInputElement} */ (need("#thumbnail", this.form)).files?.[0];
    if (file) await requests.sendThumbnail(this.made, file);
    if (plan.scheduled_at) {
      location.reload();
      return;
    }
    this.devices.leave();
    sessionStorage.setItem(START_KEY, this.made);
    location.assign(`/studio/live/${this.made}/`);
  }

  /** @returns {{plan: Record<string, unknown>, errors: [string, string][]}} errors: field and words */
  read() {
    /** @type {[string, string][]} */
    const errors = [];
    /** @type {Record<string, unknown>} */
    const plan = { title: this.value("title"), topic: this.value("topic"), language: this.value("language"), access: this.value("access") };
    if (!plan.title) errors.push(["title", "Give it a title."]);
    if (plan.access === "premium") plan.price_cents = this.price(errors);
    if (plan.access === "private") plan.invited = this.invited(errors);
    const goal = this.cents("goal");
    if (this.value("goal_title") || this.value("goal")) {
      if (!goal) errors.push(["goal", "A goal needs an amount, for example 150.00."]);
      if (!this.value("goal_title")) errors.push(["goal_title", "Say what the goal is for."]);
      Object.assign(plan, { goal_title: this.value("goal_title"), goal_cents: goal });
    }
    plan.slow_mode_s = Number(this.value("slow_mode_s"));
    const moderators = addresses(this.value("moderators"));
    if (moderators.length) plan.moderators = moderators;
    if (this.value("when") === "later") plan.scheduled_at = this.time(errors);
    return { plan, errors };
  }

  /** @param {string} name @returns {number | null} */
  cents(name) { return centsOf(this.value(name)); }

  /** @param {[string, string][]} errors */
  price(errors) {
    const cents = this.cents("price");
    const { priceMin, priceMax } = this.form.dataset;
    if (!cents || cents < Number(priceMin || 1) || cents > Number(priceMax || Infinity)) errors.push(["price", "Name a price inside the limits, for example 5.00."]);
    return cents;
  }

  /** @param {[string, string][]} errors */
  invited(errors) {
    const list = addresses(this.value("invited"));
    if (!list.length) errors.push(["invited", "Invite at least one person."]);
    return list;
  }

  /** @param {[string, string][]} errors */
  time(errors) {
    const when = new Date(this.value("scheduled_at"));
    if (!(when.getTime() > Date.now())) errors.push(["scheduled_at", "Choose a time that is still to come."]);
    return Number.isNaN(when.getTime()) ? null : when.toISOString();
  }

  /** @param {[string, string][]} errors */
  complain(errors) {
    for (const field of all("[aria-invalid]", this.form)) field.removeAttribute("aria-invalid");
    const box = need("[data-errors]", this.form);
    box.hidden = !errors.length;
    need("[data-errors-list]", box).replaceChildren(...errors.map(([name, words]) =>
      make("p", { class: "small" }, name ? make("a", { href: `#${name}` }, words) : words)));
    for (const [name] of errors) {
      const field = name && document.getElementById(name);
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      field.closest("details")?.setAttribute("open", "");
    }
    if (errors.length) box.focus();
    else polite("");
  }
}

/** @param {string} text one on each line, or parted by commas */
const addresses = (text) => text.split(/[\s,;]+/).filter(Boolean);

/** @param {unknown} error @returns {[string, string][]} */
function problems(error) {
  if (!(error instanceof ApiError)) return [["", error instanceof Error ? error.message : "That did not work."]];
  /** @type {{field?: string, detail?: string}[]} */
  const list = Array.isArray(error.problem.errors) ? error.problem.errors : [];
  if (!list.length) return [["", error.message]];
  const names = /** @type {Record<string, string>} */ ({ price_cents: "price", goal_cents: "goal" });
  return list.map((each) => {
    // A list's third address is complained of as "invited.2".
    const field = (each.field ?? "").split(".")[0];
    return [names[field] ?? field, each.detail ?? error.message];
  });
}
