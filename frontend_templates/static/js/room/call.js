// @ts-check
/** The call of a voice or video reading: when to offer, when to try again, what flows. */
import { get } from "../core/api.js";
import { mediaOf } from "./devices.js";
import { Flow } from "./flow.js";
import { Ladder } from "./ladder.js";
import { Peer } from "./peer.js";
import { Stage } from "./stage.js";

const SIGNALS = new Set(["offer", "answer", "ice-candidate", "ice-restart"]);
/** After the line comes up: look for the first packets this soon, so that nobody waits for a beat. */
const FIRST_BEATS_MS = [250, 900, 2000];
/** Relay credentials outlive the longest reading; a minute is enough to skip the wait at the door. */
const SERVERS_KEPT_MS = 60_000;

/**
 * @typedef {object} CallPort
 * @property {import("./shapes.js").Send} send
 * @property {import("./tracks.js").Tracks} tracks
 * @property {() => void} beat beat now
 * @property {(trouble: "" | "failed" | "silent", connected: boolean) => void} onLine what the page should say of the line
 */

export class Call {
  /** @param {import("./shapes.js").RoomConfig} config @param {CallPort} port */
  constructor(config, port) {
    this.config = config;
    this.port = port;
    this.media = mediaOf(config.kind);
    this.stage = new Stage();
    this.flow = new Flow();
    this.ready = false;
    this.peerPresent = false;
    /** @type {RTCIceTransportPolicy} */
    this.policy = "all";
    /** @type {{type: string, content: any}[]} what came before this page was ready */
    this.early = [];
    /** @type {number[]} */
    this.timers = [];
    /** @type {Promise<RTCConfiguration> | null} */
    this.asked = null;
    this.askedAt = 0;
    this.ladder = new Ladder({
      restart: () => this.peer.restart(),
      anew: () => this.anew(),
      giveUp: () => port.onLine("failed", false),
    }, () => this.peer.answered);
    this.peer = new Peer({
      offers: config.role === "client",
      polite: config.role === "reader",
      media: this.media,
      outgoing: () => ({ audio: port.tracks.audio, video: port.tracks.video }),
      configuration: () => this.configuration(),
      send: port.send,
      onStream: (stream) => this.stage.show(stream),
      onState: (state) => this.moved(state),
    });
  }

  /**
   * ICE servers of this reading. What the check before the room has asked for serves the first
   * offer too, so that joining waits for no answer; a later attempt asks again.
   * @returns {Promise<RTCConfiguration>}
   */
  configuration() {
    if (!this.asked || performance.now() - this.askedAt > SERVERS_KEPT_MS) {
      this.askedAt = performance.now();
      this.asked = this.ask();
      this.asked.catch(() => (this.asked = null));
    }
    return this.asked;
  }

  /** @returns {Promise<RTCConfiguration>} */
  async ask() {
    const { ice_servers: iceServers, ice_policy: policy } = await get(`sessions/${this.config.id}/ice-servers/`);
    return { iceServers, iceTransportPolicy: policy || this.policy };
  }

  /** The person has come in with these tracks (held by `tracks`), or with none. */
  enter() {
    this.ready = true;
    this.stage.showSelf(this.port.tracks.video);
    const early = this.early.splice(0);
    for (const { type, content } of early) this.peer.hear(type, content);
    if (this.peerPresent && !early.some(({ type }) => type === "offer")) this.anew();
  }

  /**
   * @param {boolean} present whether the other side's page is there
   * @param {boolean} [mine] true when it is this page that has just come (back)
   */
  setPresent(present, mine = false) {
    const came = present && (mine || !this.peerPresent);
    this.peerPresent = present;
    if (!present) {
      this.ladder.rest();
      return;
    }
    this.port.tracks.say();
    if (!came || !this.ready || this.peer.state === "connected") return;
    // The offering side always opens; the other one only asks for it when its own page is the new one.
    if (mine || this.config.role === "client") this.anew();
  }

  /** A new connection: the client's page offers one, the reader's page asks for one. */
  anew() {
    if (this.config.role === "client") this.peer.meet();
    else this.port.send("ice-restart");
    if (this.peerPresent) this.ladder.watch();
  }

  /** Once more after an honest failure. */
  again() {
    this.port.onLine("", false);
    this.ladder.rest();
    this.anew();
  }

  /** @param {string} type @param {any} content @returns {boolean} whether it was about the call */
  hear(type, content) {
    if (type === "media-state") {
      this.stage.peer(content);
      return true;
    }
    if (!SIGNALS.has(type)) return false;
    if (this.ready) this.peer.hear(type, content);
    else if (type !== "ice-restart") this.keep(type, content);
    return true;
  }

  /** Of several offers only the newest is worth an answer. @param {string} type @param {any} content */
  keep(type, content) {
    if (type === "offer") this.early = this.early.filter((each) => each.type !== "offer");
    this.early.push({ type, content });
  }

  /** @param {RTCPeerConnectionState} state */
  moved(state) {
    const connected = state === "connected";
    if (connected) {
      this.ladder.rest();
      this.timers = FIRST_BEATS_MS.map((wait) => Number(setTimeout(() => this.port.beat(), wait)));
    } else if (state === "failed" && this.peerPresent) this.ladder.failed();
    else if (this.peerPresent) this.ladder.watch();
    this.port.onLine(connected && this.peer.silent ? "silent" : "", connected);
  }

  read() {
    return this.flow.read(this.peer.pc);
  }

  close() {
    this.ladder.rest();
    this.timers.forEach(clearTimeout);
    this.peer.close();
    this.port.tracks.stop();
    this.stage.showSelf(null);
  }
}
