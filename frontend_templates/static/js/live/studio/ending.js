// @ts-check
/** "End the stream?" and the end. */
import { ApiError } from "../../core/api.js";
import { need } from "../../core/dom.js";
import * as requests from "./requests.js";

export class EndSheet {
  /** @param {string} stream @param {() => void} onOver */
  constructor(stream, onOver) {
    this.stream = stream;
    this.onOver = onOver;
    this.sheet = /** @type {HTMLDialogElement} */ (need("#end"));
    this.yes = /** @type {HTMLButtonElement} */ (need("[data-end-yes]", this.sheet));
    this.yes.addEventListener("click", () => this.end());
    need("[data-closes]", this.sheet).addEventListener("click", () => this.sheet.close());
  }

  /** @param {number} watching */
  ask(watching) {
    need("[data-end-viewers]", this.sheet).textContent = watching ? `${watching} ${watching === 1 ? "person is" : "people are"} watching.` : "Nobody is watching just now.";
    need("[data-end-error]", this.sheet).textContent = "";
    this.sheet.showModal();
  }

  async end() {
    this.yes.disabled = true;
    try {
      await requests.end(this.stream);
      this.onOver();
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) this.onOver();
      need("[data-end-error]", this.sheet).textContent = error instanceof ApiError ? error.message : "That did not work. Try again.";
    } finally {
      this.yes.disabled = false;
    }
  }
}
