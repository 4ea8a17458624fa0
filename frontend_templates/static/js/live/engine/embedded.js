// @ts-check
/** Watching and sending through our own engine: WHEP and WHIP, VP8 and Opus, no trickle. */
import { codecs } from "./exchange.js";
import { Keeper } from "./keeper.js";
import { examine, firstFrame, follow } from "./progress.js";

const BITRATE_MAX = 1_200_000;
const FRAME_RATE_MAX = 30;
const KINDS = /** @type {("audio" | "video")[]} */ (["audio", "video"]);

/** @param {import("./shapes.js").Watch} wish @returns {import("./shapes.js").Watching} */
export function watch({ grant, renew, element, onState, onSilenced = () => {}, since = performance.now() }) {
  /** @type {MediaStream} */
  let arriving = new MediaStream();
  let shown = "";
  const show = (/** @type {import("./shapes.js").LineState} */ state, detail = {}) => {
    if (shown === "playing" && state === "playing") return;
    shown = state;
    onState(state, detail);
  };
  firstFrame(element, since, () => show("playing"));
  const keeper = new Keeper({
    grant,
    renew,
    onState: show,
    prepare(pc) {
      arriving = new MediaStream();
      pc.ontrack = ({ track }) => arriving.addTrack(track);
      for (const kind of KINDS) pc.addTransceiver(kind, { direction: "recvonly" }).setCodecPreferences(codecs(kind, "receive"));
    },
    standing(pc) {
      element.srcObject = arriving;
      play(element, onSilenced);
      return follow(pc, {
        onMoving: () => show("playing"),
        onStalled: () => show("stalled"),
        onBroken: () => keeper.redo(),
      });
    },
  });
  return { close: () => keeper.close() };
}

/** With sound if the browser allows it, else without. @param {HTMLVideoElement} element @param {() => void} onSilenced */
async function play(element, onSilenced) {
  try {
    await element.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
    element.muted = true;
    onSilenced();
    await element.play().catch(() => {});
  }
}

/** @param {import("./shapes.js").Publish} wish @returns {import("./shapes.js").Publishing} */
export function publish({ grant, renew, media, onState, onHealth = () => {} }) {
  /** @type {Record<string, MediaStreamTrack | null>} */
  const tracks = { audio: media.getAudioTracks()[0] ?? null, video: media.getVideoTracks()[0] ?? null };
  /** @type {RTCPeerConnection | null} */
  let standing = null;
  const keeper = new Keeper({
    grant,
    renew,
    onState,
    prepare(pc) {
      standing = pc;
      for (const kind of KINDS) send(pc, kind, tracks[kind]);
    },
    standing(pc) {
      onState("on_air", {});
      return examine(pc, onHealth);
    },
  });
  return {
    async replace(track) {
      tracks[track.kind] = track;
      const line = standing?.getTransceivers().find((each) => each.receiver.track.kind === track.kind);
      await line?.sender.replaceTrack(track);
    },
    close: () => keeper.close(),
  };
}

/** @param {RTCPeerConnection} pc @param {"audio" | "video"} kind @param {MediaStreamTrack | null} track */
function send(pc, kind, track) {
  const sendEncodings = kind === "video" ? [{ maxBitrate: BITRATE_MAX, maxFramerate: FRAME_RATE_MAX }] : [{}];
  const line = pc.addTransceiver(track ?? kind, { direction: "sendonly", sendEncodings });
  line.setCodecPreferences(codecs(kind, "send"));
  if (kind !== "video") return;
  if (track) track.contentHint = "motion";
  const wishes = line.sender.getParameters();
  Object.assign(wishes, { degradationPreference: "maintain-framerate" });
  line.sender.setParameters(wishes).catch(() => {}); // Firefox does not know the preference.
}
