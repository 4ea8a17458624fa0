// @ts-check
/** The other side's picture and voice, and the small picture of oneself, which can be moved. */
import { assertive } from "../core/announce.js";
import { one } from "../core/dom.js";

const CORNERS = ["se", "sw", "nw", "ne"];
const MOVES = /** @type {Record<string, (corner: string) => string>} */ ({
  ArrowLeft: (corner) => `${corner[0]}w`,
  ArrowRight: (corner) => `${corner[0]}e`,
  ArrowUp: (corner) => `n${corner[1]}`,
  ArrowDown: (corner) => `s${corner[1]}`,
});

export class Stage {
  constructor() {
    this.remote = /** @type {HTMLMediaElement | null} */ (one("[data-remote]"));
    this.self = one("[data-self]");
    this.selfVideo = /** @type {HTMLVideoElement | null} */ (one("[data-self] video"));
    one("[data-hear]")?.addEventListener("click", () => this.play());
    this.self?.addEventListener("keydown", (event) => {
      const corner = MOVES[event.key]?.(this.self?.dataset.corner || "se");
      if (corner) this.corner(corner, event);
    });
    this.self?.addEventListener("click", (event) => {
      this.corner(CORNERS[(CORNERS.indexOf(this.self?.dataset.corner || "se") + 1) % 4], event);
    });
  }

  /** @param {string} corner @param {Event} event */
  corner(corner, event) {
    event.preventDefault();
    if (this.self) this.self.dataset.corner = corner;
  }

  /** @param {MediaStream} stream */
  show(stream) {
    if (!this.remote) return;
    if (this.remote.srcObject !== stream) this.remote.srcObject = stream;
    this.play();
  }

  async play() {
    const button = one("[data-hear]");
    try {
      await this.remote?.play();
      if (button) button.hidden = true;
    } catch (error) {
      // A newer stream interrupts the older one's start; only a refusal needs the person.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || !button) return;
      button.hidden = false;
      assertive("Your browser holds the sound back. Press Hear them.");
    }
  }

  /** @param {MediaStreamTrack | null} video */
  showSelf(video) {
    if (!this.self || !this.selfVideo) return;
    this.self.hidden = !video;
    this.selfVideo.srcObject = video ? new MediaStream([video]) : null;
  }

  /** What the other side has on. @param {{microphone: boolean, camera: boolean}} media */
  peer({ microphone, camera }) {
    const face = one("[data-peer-face]");
    if (face) face.hidden = camera;
    this.remote?.classList.toggle("veiled", !camera && this.remote instanceof HTMLVideoElement);
    const muted = one("[data-peer-muted]");
    if (muted) muted.hidden = microphone;
  }
}
