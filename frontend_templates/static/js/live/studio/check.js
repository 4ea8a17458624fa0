// @ts-check
/** The test before a stream: own picture, microphone level, the devices, and honest words about what is missing. */
import { polite } from "../../core/announce.js";
import { need, one } from "../../core/dom.js";
import { choices } from "../../room/choices.js";
import { open, unblocking } from "../../room/devices.js";
import { listen } from "../../room/level.js";
import { fillPickers, keepPicked } from "../../room/pickers.js";
import { forgetTestCard, testCard, testCardChosen } from "./test_card.js";

const HEARD_LEVEL = 8;
const PICTURE = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 30 } };

const TROUBLE = /** @type {Record<string, () => string>} */ ({
  blocked: () => `Your browser blocks it. ${unblocking()}`,
  busy: () => "Another program is using it. Close that one, then try again.",
  missing: () => "No such device was found. Plug one in, then try again.",
});

export class Check {
  /** @param {HTMLElement} panel @param {(stream: MediaStream | null) => void} onChange what is open now */
  constructor(panel, onChange) {
    this.panel = panel;
    this.onChange = onChange;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.quiet = () => {};
    for (const opener of ["[data-retry]", "[data-begin]"]) one(opener, panel)?.addEventListener("click", () => this.open());
    one("[data-test-card]", panel)?.addEventListener("click", () => this.take(testCard(), ""));
    for (const select of panel.querySelectorAll("select")) {
      select.addEventListener("change", () => {
        keepPicked(select);
        this.open();
      });
    }
  }

  /** Open what was chosen and show it. */
  async open() {
    this.close();
    const { stream, refused } = await open("video", choices());
    await stream?.getVideoTracks()[0]?.applyConstraints(PICTURE).catch(() => {});
    if (stream) forgetTestCard();
    if (!stream && testCardChosen()) this.take(testCard(), "");
    else this.take(stream, refused);
    await fillPickers(this.panel);
  }

  /** @param {MediaStream | null} stream @param {string} refused */
  take(stream, refused) {
    this.stream = stream;
    const [audio, video] = [stream?.getAudioTracks()[0], stream?.getVideoTracks()[0]];
    const preview = /** @type {HTMLVideoElement} */ (need("[data-preview]", this.panel));
    preview.srcObject = video ? new MediaStream([video]) : null;
    preview.hidden = !video;
    need("[data-preview-off]", this.panel).hidden = Boolean(video);
    need("[data-begin]", this.panel).hidden = true;
    this.quiet();
    this.quiet = audio ? this.hear(audio) : () => {};
    const trouble = need("[data-trouble]", this.panel);
    trouble.hidden = !refused;
    need("[data-trouble-words]", trouble).textContent = refused ? TROUBLE[refused]() : "";
    const card = one("[data-test-card]", trouble);
    if (card) card.hidden = Boolean(stream);
    need("[data-verdict]", this.panel).textContent = verdict(Boolean(audio), Boolean(video));
    if (refused) polite(TROUBLE[refused]());
    this.onChange(stream);
  }

  /** @param {MediaStreamTrack} audio @returns {() => void} */
  hear(audio) {
    const word = need("[data-heard]", this.panel);
    return listen(audio, need("[data-level]", this.panel), (level) => {
      const heard = level >= HEARD_LEVEL ? "heard" : "silent";
      if (word.textContent !== heard) word.textContent = heard;
    });
  }

  /** Give up what is open; hand it over instead by `release()`. */
  close() {
    for (const track of this.release()?.getTracks() ?? []) track.stop();
  }

  /** Stop showing, keep the devices open for whoever takes them. @returns {MediaStream | null} */
  release() {
    this.quiet();
    this.quiet = () => {};
    const { stream } = this;
    this.stream = null;
    /** @type {HTMLVideoElement} */ (need("[data-preview]", this.panel)).srcObject = null;
    return stream;
  }
}

/** @param {boolean} audio @param {boolean} video */
function verdict(audio, video) {
  if (audio && video) return "Camera and microphone work. Speak a word and watch the level.";
  if (audio) return "Sound only: viewers hear you and see your portrait.";
  if (video) return "Picture only: viewers will not hear you.";
  return "A stream needs at least a microphone or a camera. Without either there is nothing to send.";
}

/** @param {MediaStream | null} stream @returns {string} "with camera and microphone" */
export function withWhat(stream) {
  const [audio, video] = [stream?.getAudioTracks().length, stream?.getVideoTracks().length];
  if (audio && video) return "with camera and microphone";
  return audio ? "with sound only" : video ? "with picture only" : "";
}
