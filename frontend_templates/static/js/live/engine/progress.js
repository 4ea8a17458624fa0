// @ts-check
/** What getStats tells: whether a viewer's picture moves, and how a host's leaves the machine. */

const LOOK_MS = 1000;
const STALL_LOOKS = 5;
const BROKEN_LOOKS = 12;
const HEALTH_MS = 2000;

/** @param {RTCPeerConnection} pc @returns {Promise<any[]>} */
async function rows(pc) {
  /** @type {any[]} */
  const list = [];
  (await pc.getStats()).forEach((row) => list.push(row));
  return list;
}

/** @param {RTCPeerConnection} pc */
async function received(pc) {
  const sum = { frames: 0, pictures: 0, sounds: 0 };
  for (const row of await rows(pc)) {
    if (row.type !== "inbound-rtp") continue;
    if (row.kind === "video") sum.pictures += row.packetsReceived ?? 0;
    else sum.sounds += row.packetsReceived ?? 0;
    sum.frames += row.framesDecoded ?? 0;
  }
  return sum;
}

/**
 * Look each second whether frames are decoded, or sound arrives where there is no picture.
 * @param {RTCPeerConnection} pc
 * @param {{onMoving: () => void, onStalled: () => void, onBroken: () => void}} port
 *   onBroken: packets arrive but nothing can be made of them; only a new line helps
 * @returns {() => void} stops it
 */
export function follow(pc, { onMoving, onStalled, onBroken }) {
  let before = { frames: 0, pictures: 0, sounds: 0 };
  let still = 0;
  let blind = 0;
  const timer = setInterval(async () => {
    const now = await received(pc);
    const picture = now.pictures > before.pictures;
    const moving = now.frames > before.frames || (!picture && now.sounds > before.sounds);
    blind = picture && !moving ? blind + 1 : 0;
    before = now;
    if (moving) onMoving();
    still = moving ? 0 : still + 1;
    if (still === STALL_LOOKS) onStalled();
    if (blind === BROKEN_LOOKS) onBroken();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/**
 * The time from the click to the first picture, as `performance.measure("first-frame")`.
 * @param {HTMLVideoElement} element @param {number} since performance.now() @param {() => void} onFrame
 */
export function firstFrame(element, since, onFrame) {
  element.requestVideoFrameCallback?.(() => {
    performance.measure("first-frame", { start: since, end: performance.now() });
    onFrame();
  });
}

/**
 * Tell each two seconds how the picture leaves.
 * @param {RTCPeerConnection} pc @param {(health: import("./shapes.js").Health) => void} tell @returns {() => void} stops it
 */
export function examine(pc, tell) {
  let before = { bytes: 0, at: performance.now() };
  const timer = setInterval(async () => {
    const list = await rows(pc);
    const sent = list.filter((row) => row.type === "outbound-rtp");
    const heard = list.filter((row) => row.type === "remote-inbound-rtp");
    const picture = sent.find((row) => row.kind === "video");
    const now = { bytes: sent.reduce((sum, row) => sum + (row.bytesSent ?? 0), 0), at: performance.now() };
    const trips = heard.map((row) => row.roundTripTime).filter((trip) => trip > 0);
    tell({
      kbps: Math.max(0, Math.round(((now.bytes - before.bytes) * 8) / (now.at - before.at))),
      loss_pct: Math.round(Math.max(0, ...heard.map((row) => row.fractionLost ?? 0)) * 1000) / 10,
      fps: Math.round(picture?.framesPerSecond ?? 0),
      rtt_ms: trips.length ? Math.round(Math.max(...trips) * 1000) : null,
      limited: picture?.qualityLimitationReason ?? "none",
    });
    before = now;
  }, HEALTH_MS);
  return () => clearInterval(timer);
}
