// @ts-check
/**
 * This page's camera and microphone.
 *
 * Rule R15: while the reading is not active every outgoing track is off. Silence and black still
 * travel, so both sides can be seen to be there, but nobody talks for free or is charged for it.
 */

export class Tracks {
  /** @param {(media: {microphone: boolean, camera: boolean}) => void} tell says to the other side what is on */
  constructor(tell) {
    this.tell = tell;
    /** @type {MediaStreamTrack | null} */
    this.audio = null;
    /** @type {MediaStreamTrack | null} */
    this.video = null;
    this.microphone = true;
    this.camera = true;
    this.active = false;
    /** @type {WakeLockSentinel | null} */
    this.lock = null;
    document.addEventListener("visibilitychange", () => this.stayAwake());
  }

  /** @param {MediaStream | null} stream what the check before the room has opened */
  take(stream) {
    this.audio = stream?.getAudioTracks()[0] ?? null;
    this.video = stream?.getVideoTracks()[0] ?? null;
    this.apply();
  }

  /** @param {boolean} active whether the clock runs */
  setActive(active) {
    if (this.active === active) return;
    this.active = active;
    this.apply();
    this.stayAwake();
  }

  /** @param {"microphone" | "camera"} device @param {boolean} on */
  choose(device, on) {
    this[device] = on;
    this.apply();
  }

  apply() {
    if (this.audio) this.audio.enabled = this.active && this.microphone;
    if (this.video) this.video.enabled = this.active && this.camera;
    this.say();
  }

  /** Tell the other side, again when it has just come in. */
  say() {
    this.tell({ microphone: Boolean(this.audio) && this.microphone, camera: Boolean(this.video) && this.camera });
  }

  async stayAwake() {
    if (!this.active || document.hidden) {
      this.lock?.release().catch(() => {});
      this.lock = null;
      return;
    }
    try {
      this.lock ??= (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      this.lock = null; // A low battery may refuse; the reading goes on.
    }
  }

  /** Give the devices back. */
  stop() {
    this.setActive(false);
    this.audio?.stop();
    this.video?.stop();
    this.audio = this.video = null;
  }
}
