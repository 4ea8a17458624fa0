// @ts-check
/** Ending a reading: asked once, with the total so far in the question. */
import { ApiError, post } from "../core/api.js";
import { assertive } from "../core/announce.js";
import { all, need } from "../core/dom.js";

/** How long a hang-up over the socket may go unanswered before it is also sent over HTTP. */
const ANSWER_MS = 2500;

export class EndDialog {
  /**
   * @param {import("./shapes.js").RoomConfig} config
   * @param {{send: import("./shapes.js").Send, total: () => string, live: () => boolean}} port
   */
  constructor(config, port) {
    this.config = config;
    this.port = port;
    this.dialog = /** @type {HTMLDialogElement} */ (need("#end"));
    need("[data-end-yes]", this.dialog).addEventListener("click", () => this.end());
    need("[data-closes]", this.dialog).addEventListener("click", () => this.dialog.close());
    for (const button of all("[data-cancel]")) button.addEventListener("click", () => this.cancel(/** @type {HTMLButtonElement} */ (button)));
    for (const button of all("[data-end-now]")) button.addEventListener("click", () => this.end());
  }

  ask() {
    need("[data-end-total]", this.dialog).textContent = this.port.total();
    if (!this.dialog.open) this.dialog.showModal();
  }

  async end() {
    this.dialog.close();
    const left = this.port.send("end-session");
    if (left) await new Promise((resolve) => { setTimeout(resolve, ANSWER_MS); });
    if (this.port.live()) await this.act("end");
  }

  /** Before the clock has run: nobody pays. @param {HTMLButtonElement} button */
  async cancel(button) {
    button.disabled = true;
    await this.act("cancel");
    button.disabled = false;
  }

  /** @param {"end" | "cancel"} how */
  async act(how) {
    try {
      await post(`sessions/${this.config.id}/${how}/`, {}, { key: `${how}-${this.config.id}` });
    } catch (error) {
      assertive(error instanceof ApiError ? error.message : "That did not work. Try again.");
    }
  }

  close() {
    this.dialog.close();
  }
}
