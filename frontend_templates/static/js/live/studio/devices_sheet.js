// @ts-check
/** Another microphone or camera while on air. */
import { need } from "../../core/dom.js";
import { choices } from "../../room/choices.js";
import { open } from "../../room/devices.js";
import { fillPickers, keepPicked } from "../../room/pickers.js";

export class DevicesSheet {
  /** @param {{swap: (track: MediaStreamTrack) => Promise<void>, choose: (device: "microphone" | "camera", on: boolean) => void}} port */
  constructor(port) {
    this.port = port;
    this.sheet = /** @type {HTMLDialogElement} */ (need("#devices"));
    need("[data-closes]", this.sheet).addEventListener("click", () => this.sheet.close());
    for (const select of this.sheet.querySelectorAll("select")) select.addEventListener("change", () => this.pick(select));
  }

  async show() {
    this.complain("");
    await fillPickers(this.sheet);
    this.sheet.showModal();
  }

  /** @param {HTMLSelectElement} select */
  async pick(select) {
    keepPicked(select);
    const device = /** @type {"microphone" | "camera"} */ (select.name);
    const on = select.value !== "off";
    this.port.choose(device, on);
    if (!on) return;
    const alone = device === "microphone" ? { camera: false } : { microphone: false };
    const { stream, refused } = await open("video", { ...choices(), ...alone });
    const track = stream?.getTracks()[0];
    if (track) await this.port.swap(track);
    this.complain(refused ? `This ${device} could not be opened. The one before goes on.` : "");
  }

  /** @param {string} words */
  complain(words) {
    need("[data-devices-error]", this.sheet).textContent = words;
  }
}
