// @ts-check
/** A raised hand, and the invitation to a paid reading that may follow. */
import { ask, post, remove } from "../core/api.js";
import { assertive, polite, toast } from "../core/announce.js";
import { need, one } from "../core/dom.js";
import { clock, money } from "../core/money.js";
import { secondsUntil } from "../room/server_clock.js";
import { askFor } from "./book.js";

/** @typedef {import("./shapes.js").Invite} Invite */

export class Hand {
  /** @param {import("./shapes.js").Config} config */
  constructor(config) {
    this.config = config;
    this.button = /** @type {HTMLButtonElement} */ (need("[data-hand]"));
    this.sheet = /** @type {HTMLDialogElement} */ (need("#invite-sheet"));
    /** @type {Invite | null} */
    this.invite = null;
    this.timer = 0;
    this.button.addEventListener("click", () => this.flip());
    need("[data-invite-yes]").addEventListener("click", () => this.accept());
    need("[data-invite-no]").addEventListener("click", () => this.sheet.close());
    this.sheet.addEventListener("close", () => clearInterval(this.timer));
    document.addEventListener("soulseer:invite", (event) => {
      const invite = /** @type {CustomEvent<Invite>} */ (event).detail;
      if (invite.stream_id !== config.id) return;
      event.preventDefault();
      this.invited(invite);
    });
  }

  /** @param {boolean} raised */
  show(raised) {
    this.button.setAttribute("aria-pressed", String(raised));
    need("[data-hand-words]").hidden = !raised;
  }

  async flip() {
    const raised = this.button.getAttribute("aria-pressed") !== "true";
    const path = `streams/${this.config.id}/hand/`;
    this.button.disabled = true;
    try {
      await (raised ? post(path) : remove(path));
      this.show(raised);
      polite(raised ? `Your hand is up. ${this.config.host_name} sees it.` : "Your hand is down.");
    } catch (error) {
      toast({ tone: "bad", text: error instanceof Error ? error.message : "That did not work." });
    } finally {
      this.button.disabled = false;
      this.button.focus();
    }
  }

  /** @param {Invite} invite */
  invited(invite) {
    this.invite = invite;
    this.show(false);
    need("[data-invite-title]").textContent = `${invite.reader_name} invites you to a ${invite.kind} reading`;
    need("[data-invite-rate]").textContent = `${money(invite.rate_per_minute_cents, this.config.currency)}/min`;
    need("[data-invite-yes]").textContent = `Ask for the ${invite.kind} reading`;
    const tick = () => {
      const left = secondsUntil(invite.expires_at);
      need("[data-invite-left]").textContent = clock(left);
      if (left > 0) return;
      this.sheet.close();
      toast({ text: "The invitation has run out. Nothing was charged." });
    };
    clearInterval(this.timer);
    this.timer = Number(setInterval(tick, 500));
    if (!this.sheet.open) this.sheet.showModal();
    tick();
    assertive(`${invite.reader_name} invites you to a ${invite.kind} reading for ${money(invite.rate_per_minute_cents, this.config.currency)} a minute.`);
  }

  async accept() {
    const { invite } = this;
    this.sheet.close();
    if (invite) await askFor(this.config.host_slug, invite.kind);
  }

  close() {
    this.button.disabled = true;
    if (this.button.getAttribute("aria-pressed") === "true") ask("DELETE", `streams/${this.config.id}/hand/`).catch(() => {});
    this.show(false);
    one("[data-hand-words]")?.setAttribute("hidden", "");
  }
}
