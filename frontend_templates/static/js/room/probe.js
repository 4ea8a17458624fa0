// @ts-check
/** A look at the network before the reading: how quick we are to reach, and whether a way out is found. */

const PINGS = 3;
const GATHER_MS = 2500;

/**
 * @param {() => Promise<RTCConfiguration>} configuration ICE servers, as for the reading
 * @returns {Promise<{level: number, word: string, advice: string}>} level 0 (no line) to 4 (strong)
 */
export async function probe(configuration) {
  const [delay, ways] = await Promise.all([ping(), gather(configuration)]);
  if (delay === null) return { level: 0, word: "No line", advice: "We could not be reached. Check your connection." };
  if (!ways) return { level: 1, word: "Weak", advice: "Your network may block calls. Another network, or a chat reading, is safer." };
  if (delay < 120) return { level: 4, word: "Strong", advice: "" };
  if (delay < 250) return { level: 3, word: "Good", advice: "" };
  if (delay < 500) return { level: 2, word: "Fair", advice: "The picture may be soft at times." };
  return { level: 1, word: "Weak", advice: "Moving closer to your router may help." };
}

/** The middle of a few round trips, in milliseconds; null when none came back. */
async function ping() {
  const times = [];
  for (let n = 0; n < PINGS; n += 1) {
    const from = performance.now();
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) });
      times.push(performance.now() - from);
    } catch {
      // Lost: the others decide.
    }
  }
  times.sort((one, two) => one - two);
  return times.length ? times[Math.floor(times.length / 2)] : null;
}

/** Whether the browser finds any way to be reached. @param {() => Promise<RTCConfiguration>} configuration */
async function gather(configuration) {
  /** @type {RTCPeerConnection | undefined} */
  let pc;
  try {
    pc = new RTCPeerConnection(await configuration());
    pc.createDataChannel("probe");
    const found = new Promise((resolve) => {
      /** @type {RTCPeerConnection} */ (pc).onicecandidate = ({ candidate }) => candidate && resolve(true);
      setTimeout(() => resolve(false), GATHER_MS);
    });
    await pc.setLocalDescription();
    return Boolean(await found);
  } catch {
    return false;
  } finally {
    pc?.close();
  }
}
