// @ts-check
/**
 * The check before the room: microphone level, own picture (video only), speaker, network.
 *
 * It runs while the reading rings and costs none of the time to connect: one tap goes in with what
 * is open, and a person who has been here before is not asked again.
 */
import { polite } from "../core/announce.js";
import { need, one } from "../core/dom.js";
import { choices, remember } from "./choices.js";
import { allowed, open, unblocking } from "./devices.js";
import { listen } from "./level.js";
import { fillPickers, keepPicked } from "./pickers.js";
import { probe } from "./probe.js";
import { speakerTest } from "./tone.js";

const TROUBLE = /** @type {Record<string, () => string>} */ ({
  blocked: () => `Your browser blocks it. ${unblocking()}`,
  busy: () => "Another program is using it. Close that one, then try again.",
  missing: () => "None was found. You can come in, see and hear, and write in the chat.",
});

export class Check {
  /**
   * @param {import("./shapes.js").RoomConfig} config
   * @param {{configuration: () => Promise<RTCConfiguration>, onReady: (stream: MediaStream | null) => void}} port
   */
  constructor(config, { configuration, onReady }) {
    this.config = config;
    this.configuration = configuration;
    this.onReady = onReady;
    this.panel = need('[data-panel="check"]');
    /** @type {MediaStream | null} */
    this.stream = null;
    this.done = false;
    this.begun = false;
    this.quiet = () => {};
    this.opening = false;
    this.waiting = false;
    need("[data-join]", this.panel).addEventListener("click", () => this.join());
    need("[data-speaker]", this.panel).addEventListener("click", speakerTest);
    one("[data-retry]", this.panel)?.addEventListener("click", () => this.openDevices());
    for (const select of this.panel.querySelectorAll("select")) {
      select.addEventListener("change", () => this.choose(select));
    }
  }

  /** Go straight in when the person was here before and the browser will not ask. @returns {Promise<boolean>} */
  async skip() {
    const chosen = choices();
    const { kind } = this.config;
    if (!chosen.checked || !(await allowed(kind, chosen))) return false;
    this.stream = (await open(kind, chosen)).stream;
    this.finish();
    return true;
  }

  /** Show what there is. Calling again changes nothing. */
  async begin() {
    if (this.begun || this.done) return;
    this.begun = true;
    await Promise.all([this.openDevices(), this.lookAtNetwork()]);
  }

  async openDevices() {
    this.closeDevices();
    const chosen = choices();
    this.opening = true;
    const { stream, refused } = await open(this.config.kind, chosen);
    this.opening = false;
    if (this.done) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      return;
    }
    this.stream = stream;
    this.show(refused);
    if (this.waiting) this.finish();
    else await fillPickers(this.panel);
  }

  /** @param {string} refused */
  show(refused) {
    const audio = this.stream?.getAudioTracks()[0];
    const video = this.stream?.getVideoTracks()[0];
    const preview = /** @type {HTMLVideoElement | null} */ (one("[data-preview]", this.panel));
    if (preview) {
      preview.srcObject = video ? new MediaStream([video]) : null;
      preview.hidden = !video;
    }
    const off = one("[data-preview-off]", this.panel);
    if (off) off.hidden = Boolean(video);
    this.quiet = audio ? listen(audio, need("[data-level]", this.panel)) : () => {};
    const trouble = need("[data-trouble]", this.panel);
    trouble.hidden = !refused;
    need("[data-trouble-words]", trouble).textContent = refused ? TROUBLE[refused]() : "";
    const ready = audio && video ? "with camera and microphone" : audio ? "with microphone" : video ? "with camera" : "to listen and write";
    need("[data-join-with]", this.panel).textContent = ready;
    polite(refused ? need("[data-trouble-words]", trouble).textContent || "" : `Ready ${ready}.`);
  }

  async lookAtNetwork() {
    const { level, word, advice } = await probe(this.configuration);
    need(".bars", this.panel).dataset.level = String(level);
    need("[data-verdict]", this.panel).textContent = advice ? `${word}. ${advice}` : word;
  }

  /** @param {HTMLSelectElement} select */
  choose(select) {
    keepPicked(select);
    this.openDevices();
  }

  closeDevices() {
    this.quiet();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  /** In with what is open. While the browser still asks for permission, the first press waits and the second does not. */
  join() {
    if (this.opening && !this.waiting) {
      this.waiting = true;
      need("[data-join-with]", this.panel).textContent = "without waiting for your devices";
      polite("Waiting for your browser to allow the devices. Press again to go in without them.");
      return;
    }
    this.finish();
  }

  finish() {
    if (this.done) return;
    this.done = true;
    this.quiet();
    remember({ checked: true });
    const preview = /** @type {HTMLVideoElement | null} */ (one("[data-preview]", this.panel));
    if (preview) preview.srcObject = null;
    this.onReady(this.stream);
  }
}
