// @ts-check
/** The toolbar and its single keys. A key acts only when it may, and says what it did. */
import { polite } from "../core/announce.js";
import { all, need, one, typing } from "../core/dom.js";
import { choices, remember } from "./choices.js";

/** @typedef {{microphone: () => void, camera: () => void, chat: () => void, end: () => void, tell: () => void, funds: () => void}} Acts */

export class Controls {
  /** @param {Acts} acts */
  constructor(acts) {
    this.acts = /** @type {Record<string, () => void>} */ (/** @type {unknown} */ (acts));
    for (const button of all("[data-act]")) {
      button.addEventListener("click", () => this.acts[button.dataset.act || ""]?.());
    }
    document.addEventListener("keydown", (event) => this.key(event));
    this.keysSwitch();
  }

  /** The dialog with the keys, and the switch that turns them off (WCAG 2.1.4). */
  keysSwitch() {
    const sheet = /** @type {HTMLDialogElement | null} */ (one("#keys"));
    const toggle = /** @type {HTMLInputElement | null} */ (one("[data-keys-switch]"));
    if (!sheet || !toggle) return;
    toggle.checked = choices().keys;
    toggle.addEventListener("change", () => {
      remember({ keys: toggle.checked });
      polite(toggle.checked ? "Single keys are on." : "Single keys are off.");
    });
    for (const opener of all("[data-opens-keys]")) opener.addEventListener("click", () => sheet.showModal());
    need("[data-closes]", sheet).addEventListener("click", () => sheet.close());
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    if (one("dialog:modal") || !choices().keys) return;
    const name = event.key.toUpperCase();
    if (!/^[A-Z]$/.test(name)) return;
    const button = one(`[data-act][aria-keyshortcuts="${name}"]`);
    if (!button || button.closest("[hidden]") || button.hasAttribute("disabled")) return;
    event.preventDefault();
    this.acts[button.dataset.act || ""]?.();
  }

  /**
   * Show a device as on or off, and say it.
   * @param {"microphone" | "camera"} device @param {boolean} on @param {boolean} [aloud]
   */
  device(device, on, aloud = true) {
    const button = one(`[data-act="${device}"]`);
    if (!button) return;
    button.setAttribute("aria-pressed", String(!on));
    const label = device === "microphone" ? (on ? "Mute" : "Unmute") : on ? "Camera off" : "Camera on";
    need("[data-label]", button).textContent = label;
    if (aloud) polite(`${device === "microphone" ? "Microphone" : "Camera"} ${on ? "on" : "off"}.`);
  }

  /** A device this page does not have. @param {"microphone" | "camera"} device */
  without(device) {
    const button = one(`[data-act="${device}"]`);
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    need("[data-label]", button).textContent = device === "microphone" ? "No mic" : "No camera";
  }

  /** @param {boolean} open @param {boolean} [aloud] */
  chat(open, aloud = true) {
    const button = one('[data-act="chat"]');
    button?.setAttribute("aria-pressed", String(open));
    if (aloud) polite(open ? "Chat open." : "Chat closed.");
  }

  /** @param {number} count */
  unread(count) {
    const place = one("[data-unread]");
    if (!place) return;
    place.hidden = !count;
    place.textContent = String(count);
  }

  /** The reading is over: nothing here acts any more. */
  close() {
    for (const button of all(".controls button, [data-act]")) button.setAttribute("disabled", "");
  }
}
