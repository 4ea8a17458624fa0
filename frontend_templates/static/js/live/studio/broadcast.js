// @ts-check
/** This page's camera and microphone on their way to the engine: what is muted, what is swapped. */
import { assertive } from "../../core/announce.js";
import { need } from "../../core/dom.js";
import { Tracks } from "../../room/tracks.js";
import { publish } from "../engine/index.js";
import * as requests from "./requests.js";

/** @typedef {"microphone" | "camera"} Device */

const KEY = "soulseer.studio.muted";
const DEVICES = /** @type {Record<string, Device>} */ ({ audio: "microphone", video: "camera" });

export class Broadcast {
  /**
   * @param {string} stream
   * @param {{onState: import("../engine/shapes.js").OnState, onHealth: (health: import("../engine/shapes.js").Health) => void, onLost: (device: Device) => void}} port
   *   onLost: a device stopped by itself, unplugged for example
   */
  constructor(stream, port) {
    this.stream = stream;
    this.port = port;
    this.tracks = new Tracks(() => {});
    /** @type {import("../engine/shapes.js").Publishing | null} */
    this.line = null;
    // Who muted themselves stays muted when the page is loaded again.
    this.muted = new Set((sessionStorage.getItem(KEY) || "").split(" ").filter(Boolean));
  }

  get running() { return this.line !== null; }

  /** @param {Device} device */
  has(device) { return Boolean(device === "camera" ? this.tracks.video : this.tracks.audio); }

  /** @param {Device} device */
  on(device) { return this.has(device) && !this.muted.has(device); }

  /** Go on air. @param {MediaStream} media @param {import("../engine/shapes.js").Grant} grant */
  start(media, grant) {
    this.tracks.take(media);
    for (const device of Object.values(DEVICES)) this.tracks.choose(device, !this.muted.has(device));
    this.tracks.setActive(true);
    for (const track of media.getTracks()) this.guard(track);
    this.show();
    this.line = publish({
      grant,
      media,
      renew: () => requests.token(this.stream),
      onState: this.port.onState,
      onHealth: this.port.onHealth,
    });
  }

  /** On the same devices, a new line. @param {import("../engine/shapes.js").Grant} grant */
  again(grant) {
    this.line?.close();
    this.start(new MediaStream([this.tracks.audio, this.tracks.video].filter((track) => track !== null)), grant);
  }

  /** @param {Device} device @param {boolean} on */
  choose(device, on) {
    if (on) this.muted.delete(device);
    else this.muted.add(device);
    sessionStorage.setItem(KEY, [...this.muted].join(" "));
    this.tracks.choose(device, on);
    this.show();
  }

  /** Another camera or microphone in the place of the one that runs. @param {MediaStreamTrack} track */
  async swap(track) {
    const kind = /** @type {"audio" | "video"} */ (track.kind);
    const before = this.tracks[kind];
    this.tracks[kind] = track;
    this.tracks.apply();
    this.guard(track);
    await this.line?.replace(track);
    before?.stop();
    this.show();
  }

  /** @param {MediaStreamTrack} track */
  guard(track) {
    track.onended = () => {
      const device = DEVICES[track.kind];
      assertive(`Your ${device} stopped. Viewers ${device === "camera" ? "hear you, but see nothing" : "see you, but hear nothing"}.`);
      this.port.onLost(device);
    };
  }

  /** The host sees what leaves. */
  show() {
    const { video } = this.tracks;
    const mine = /** @type {HTMLVideoElement} */ (need("[data-mine]"));
    const shown = /** @type {MediaStream | null} */ (mine.srcObject)?.getVideoTracks()[0] ?? null;
    if (shown !== video) mine.srcObject = video ? new MediaStream([video]) : null;
    const off = need("[data-camera-off]");
    off.hidden = this.on("camera");
    need("span", off).textContent = this.on("microphone") ? "Camera off. Viewers hear you." : "Camera off";
    need("[data-mic-off]").hidden = this.on("microphone");
  }

  /** Off air; the devices are given back. */
  stop() {
    this.line?.close();
    this.line = null;
    this.tracks.stop();
  }
}
