// @ts-check
/** Raised hands: who would like a paid reading, and the invitations to it. */
import { ApiError } from "../../core/api.js";
import { polite, toast } from "../../core/announce.js";
import { icon, make, need, one } from "../../core/dom.js";
import { money } from "../../core/money.js";
import * as requests from "./requests.js";

/** @typedef {import("./shapes.js").Hand} Hand */

const ICONS = /** @type {Record<string, string>} */ ({ chat: "chat", voice: "voice", video: "cam" });
const INVITED_MS = 120_000;

export class Hands {
  /** @param {string} stream @param {import("./shapes.js").OfferedKind[]} kinds @param {(count: number) => void} onCount */
  constructor(stream, kinds, onCount) {
    this.stream = stream;
    this.kinds = kinds;
    this.onCount = onCount;
    this.list = need("[data-hands]");
  }

  /** @param {Hand[]} hands */
  restore(hands) {
    this.list.replaceChildren();
    for (const hand of hands) this.add(hand);
    this.count();
  }

  /** @param {Hand} hand */
  moved(hand) {
    one(`[data-hand="${CSS.escape(hand.user_id)}"]`, this.list)?.remove();
    if (hand.raised) {
      this.add(hand);
      polite(`${hand.name} raised a hand.`);
    }
    this.count();
  }

  /** @param {Hand} hand */
  add(hand) {
    const buttons = this.kinds.map(({ kind, word, rate_cents }) =>
      make("button", { type: "button", class: "btn sm soft", onclick: () => this.invite(hand, kind) },
        icon(ICONS[kind]), `Invite: ${word} `, make("span", { class: "num" }, `${money(rate_cents)}/min`)));
    this.list.append(make("li", { dataset: { hand: hand.user_id } },
      icon("hand"), make("div", { class: "grow" }, make("b", {}, hand.name), make("p", { class: "tiny faint", "data-said": true }, saidOf(hand))),
      make("div", { class: "btns" }, ...(buttons.length ? buttons : [make("p", { class: "tiny soft" }, "Set a price for a kind of reading first.")]))));
  }

  /** @param {Hand} hand @param {string} kind */
  async invite(hand, kind) {
    const row = need(`[data-hand="${CSS.escape(hand.user_id)}"]`, this.list);
    const buttons = [...row.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      await requests.invite(this.stream, hand.user_id, kind);
      need("[data-said]", row).textContent = "Invited. They see the price before they accept; your bell rings when they ask.";
      polite(`${hand.name} is invited.`);
      setTimeout(() => buttons.forEach((button) => { button.disabled = false; }), INVITED_MS);
    } catch (error) {
      for (const button of buttons) button.disabled = false;
      toast({ tone: "bad", text: error instanceof ApiError ? error.message : "That did not work." });
    }
  }

  count() {
    const count = this.list.children.length;
    need("[data-no-hands]").hidden = count > 0;
    need("[data-hands-count]").textContent = count ? String(count) : "";
    this.onCount(count);
  }
}

/** @param {Hand} hand */
const saidOf = ({ at, raised_at, invited_at }) => (invited_at ? `invited at ${hourOf(invited_at)}` : `since ${hourOf(at ?? raised_at ?? "")}`);

/** @param {string} at */
const hourOf = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
