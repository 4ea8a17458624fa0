// @ts-check
/**
 * Says how long neither side has made a sound, so that nobody pays for dead air unnoticed. Each
 * page looks at its own figures: what it sends and what it hears. The server keeps the same as
 * evidence from the beats.
 */
import { polite } from "../core/announce.js";
import { one } from "../core/dom.js";
import { clock } from "../core/money.js";

const LOOK_MS = 1000;
/** As getStats() counts, 0 to 1: louder than a still room, softer than a whisper. */
const SOUND_LEVEL = 0.01;

export class Stall {
  /** @param {number} patienceS @param {{connection: () => RTCPeerConnection | null, running: () => boolean}} port */
  constructor(patienceS, port) {
    this.patienceS = patienceS;
    this.port = port;
    this.place = one("[data-stall]");
    this.soundAt = performance.now();
    this.timer = this.place ? Number(setInterval(() => this.look(), LOOK_MS)) : 0;
  }

  async look() {
    const connection = this.port.connection();
    const level = connection && this.port.running() ? await loudest(connection) : 1;
    if (level >= SOUND_LEVEL) this.soundAt = performance.now();
    this.show((performance.now() - this.soundAt) / 1000);
  }

  /** @param {number} seconds */
  show(seconds) {
    if (!this.place) return;
    const stalled = seconds > this.patienceS;
    if (stalled) this.place.textContent = `Quiet for ${clock(seconds).replace(/^0/, "")}`;
    if (stalled && this.place.hidden) polite("Neither of you can be heard. The clock is running.");
    this.place.hidden = !stalled;
  }

  stop() {
    clearInterval(this.timer);
    if (this.place) this.place.hidden = true;
  }
}

/** The louder of both sides just now. @param {RTCPeerConnection} connection @returns {Promise<number>} 0 to 1 */
async function loudest(connection) {
  let level = 0;
  (await connection.getStats()).forEach((row) => {
    if (row.type === "inbound-rtp" || row.type === "media-source") level = Math.max(level, row.audioLevel || 0);
  });
  return level;
}
