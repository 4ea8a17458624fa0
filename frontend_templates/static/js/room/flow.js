// @ts-check
/** Whether media really flows, and its figures, from getStats(). */

/** @typedef {{rtt_ms: number, loss_pct: number, kbps_in: number, kbps_out: number, audio_level: number, frames: number}} Figures */
/** @typedef {{packets: number, lost: number, bytesIn: number, bytesOut: number, line: number, level: number, frames: number, rtt: number}} Sums */

/** A page that only gets reports (the other side has nothing to send) hears them every few seconds. */
const REPORT_PATIENCE_MS = 8000;

/** @type {Sums} */
const NOTHING = { packets: 0, lost: 0, bytesIn: 0, bytesOut: 0, line: 0, level: 0, frames: 0, rtt: 0 };

export class Flow {
  constructor() {
    /** @type {RTCPeerConnection | null} */
    this.pc = null;
    /** @type {Sums} */
    this.last = { ...NOTHING };
    this.lastAt = performance.now();
    this.reportAt = -Infinity;
  }

  /** @param {RTCPeerConnection | null} pc */
  begin(pc) {
    this.pc = pc;
    this.last = { ...NOTHING };
    this.lastAt = performance.now();
    this.reportAt = -Infinity;
  }

  /**
   * @param {RTCPeerConnection | null} pc
   * @returns {Promise<{up: boolean, stats: Figures | undefined}>} up: connected, and packets came since the last call
   */
  async read(pc) {
    if (pc !== this.pc) this.begin(pc);
    if (!pc || pc.connectionState === "closed") return { up: false, stats: undefined };
    const now = sums(await pc.getStats());
    const at = performance.now();
    if (now.line > this.last.line) this.reportAt = at;
    const reported = carries(pc, /send/) && at - this.reportAt < REPORT_PATIENCE_MS;
    const flowing = carries(pc, /recv/) ? now.packets > this.last.packets : reported;
    const stats = figures(now, this.last, Math.max(0.2, (at - this.lastAt) / 1000));
    this.last = now;
    this.lastAt = at;
    return { up: pc.connectionState === "connected" && flowing, stats };
  }
}

/** Whether any line goes this way: a pair that neither sends nor receives is no reading. @param {RTCPeerConnection} pc @param {RegExp} way */
const carries = (pc, way) => pc.getTransceivers().some((line) => way.test(line.currentDirection || ""));

/** @param {RTCStatsReport} report @returns {Sums} */
function sums(report) {
  const sum = { ...NOTHING };
  report.forEach((row) => {
    if (row.type === "inbound-rtp") {
      sum.packets += row.packetsReceived || 0;
      sum.lost += row.packetsLost || 0;
      sum.bytesIn += row.bytesReceived || 0;
      sum.frames += row.framesDecoded || 0;
      sum.level = Math.max(sum.level, row.audioLevel || 0);
    }
    if (row.type === "outbound-rtp") sum.bytesOut += row.bytesSent || 0;
    if (row.type === "transport") sum.line += row.packetsReceived || 0;
    if (row.type === "candidate-pair" && row.nominated && row.currentRoundTripTime) sum.rtt = row.currentRoundTripTime * 1000;
  });
  return sum;
}

/** @param {Sums} now @param {Sums} last @param {number} seconds @returns {Figures} */
function figures(now, last, seconds) {
  const came = Math.max(0, now.packets - last.packets);
  const lost = Math.max(0, now.lost - last.lost);
  const rate = (/** @type {number} */ bytes) => Math.max(0, Math.round((bytes * 8) / 1000 / seconds));
  return {
    rtt_ms: Math.round(now.rtt),
    loss_pct: came + lost ? Math.round((1000 * lost) / (came + lost)) / 10 : 0,
    kbps_in: rate(now.bytesIn - last.bytesIn),
    kbps_out: rate(now.bytesOut - last.bytesOut),
    audio_level: Math.round(now.level * 1000) / 1000,
    frames: now.frames,
  };
}
