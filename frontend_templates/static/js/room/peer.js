// @ts-check
/**
 * The line between the two browsers: perfect negotiation over the session's socket.
 *
 * The client's page offers, the reader's page is the polite side. One `negotiation` number belongs
 * to one RTCPeerConnection: a new number in an offer means "start anew", the same one "go on" (an
 * ICE restart). Whatever arrives is worked through one at a time.
 */

/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Outgoing */
/**
 * @typedef {object} PeerPort what the line needs from the page
 * @property {boolean} offers true on the client's page
 * @property {boolean} polite
 * @property {("audio" | "video")[]} media what this kind of reading carries
 * @property {() => Outgoing} outgoing this page's tracks; a missing one makes that medium receive-only
 * @property {() => Promise<RTCConfiguration>} configuration fresh ICE servers, asked before every attempt
 * @property {import("./shapes.js").Send} send
 * @property {(stream: MediaStream) => void} onStream the other side's media, once per connection
 * @property {(state: RTCPeerConnectionState) => void} onState
 */

const EARLY_MAX = 100;

export class Peer {
  /** @param {PeerPort} port */
  constructor(port) {
    this.port = port;
    /** @type {RTCPeerConnection | null} */
    this.pc = null;
    this.negotiation = 0;
    /** @type {{candidate: RTCIceCandidateInit | null, negotiation: number}[]} */
    this.early = [];
    this.ignoring = false;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    this.closed = false;
  }

  get state() { return this.pc?.connectionState ?? "new"; }

  /** Whether the other page has taken part in this attempt. */
  get answered() { return Boolean(this.pc?.remoteDescription); }

  /** True when neither page sends: nothing will ever be seen or heard, and the clock cannot start. */
  get silent() {
    const lines = this.pc?.getTransceivers() ?? [];
    return Boolean(this.pc?.remoteDescription) && lines.every((line) => !line.currentDirection || line.currentDirection === "inactive");
  }

  /** Start anew: one fresh connection and a first offer. Only the offering side may. */
  meet() {
    return this.inTurn(async () => {
      if (!this.port.offers) return;
      await this.build(Math.max(this.negotiation + 1, Math.floor(Date.now() / 1000)));
      for (const medium of this.port.media) this.attach(medium);
      await this.offer();
    });
  }

  /** Find another way on the same connection (ICE restart). */
  restart() {
    return this.inTurn(async () => {
      if (!this.pc) return;
      if (!this.port.offers) {
        this.port.send("ice-restart");
        return;
      }
      this.pc.setConfiguration(await this.configuration());
      this.pc.restartIce();
      await this.offer();
    });
  }

  /** A frame from the other side. @param {string} type @param {any} content */
  hear(type, content) {
    if (type === "offer") return this.inTurn(() => this.answer(content));
    if (type === "answer") return this.inTurn(() => this.accept(content));
    if (type === "ice-candidate") return this.inTurn(() => this.candidate(content));
    if (type === "ice-restart" && this.port.offers) return this.meet();
    return this.queue;
  }

  /** Change what this page sends without a new negotiation. @param {"audio" | "video"} medium */
  async swap(medium) {
    await this.lineOf(medium)?.sender.replaceTrack(this.port.outgoing()[medium]);
  }

  close() {
    this.closed = true;
    this.drop();
  }

  /** @param {() => Promise<void>} step */
  inTurn(step) {
    this.queue = this.queue.then(() => (this.closed ? undefined : step())).catch((error) => console.warn("signaling", error));
    return this.queue;
  }

  drop() {
    if (!this.pc) return;
    this.pc.onicecandidate = this.pc.ontrack = this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.pc = null;
  }

  /** One transport for all media; a connection keeps that policy for life. @returns {Promise<RTCConfiguration>} */
  async configuration() {
    return { ...(await this.port.configuration()), bundlePolicy: "max-bundle" };
  }

  /** @param {number} negotiation */
  async build(negotiation) {
    this.drop();
    const pc = new RTCPeerConnection(await this.configuration());
    const heard = new MediaStream();
    this.pc = pc;
    this.negotiation = negotiation;
    this.ignoring = false;
    this.early = this.early.filter((each) => each.negotiation === negotiation);
    pc.onicecandidate = ({ candidate }) => {
      if (candidate) this.port.send("ice-candidate", { candidate: candidate.toJSON(), negotiation });
    };
    pc.ontrack = ({ track }) => {
      heard.addTrack(track);
      this.port.onStream(heard);
    };
    pc.onconnectionstatechange = () => this.port.onState(pc.connectionState);
    this.port.onState("new");
  }

  /** @param {"audio" | "video"} medium */
  lineOf(medium) {
    return this.pc?.getTransceivers().find((line) => line.receiver.track.kind === medium);
  }

  /** Put this page's track on its line, or only listen there. @param {"audio" | "video"} medium */
  attach(medium) {
    const track = this.port.outgoing()[medium];
    this.pc?.addTransceiver(track ?? medium, { direction: track ? "sendrecv" : "recvonly" });
  }

  async offer() {
    const pc = /** @type {RTCPeerConnection} */ (this.pc);
    await pc.setLocalDescription();
    this.port.send("offer", { sdp: pc.localDescription?.sdp, negotiation: this.negotiation });
  }

  /** @param {{sdp: string, negotiation: number}} offer */
  async answer({ sdp, negotiation }) {
    if (!this.pc || negotiation !== this.negotiation) await this.build(negotiation);
    const pc = /** @type {RTCPeerConnection} */ (this.pc);
    this.ignoring = pc.signalingState !== "stable" && !this.port.polite;
    if (this.ignoring) return;
    await pc.setRemoteDescription({ type: "offer", sdp });
    for (const medium of this.port.media) {
      const line = this.lineOf(medium);
      const track = this.port.outgoing()[medium];
      if (!line) continue;
      await line.sender.replaceTrack(track);
      line.direction = track ? "sendrecv" : "recvonly";
    }
    await pc.setLocalDescription();
    this.port.send("answer", { sdp: pc.localDescription?.sdp, negotiation });
    await this.drain();
  }

  /** @param {{sdp: string, negotiation: number}} answer */
  async accept({ sdp, negotiation }) {
    if (negotiation !== this.negotiation || this.pc?.signalingState !== "have-local-offer") return;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
    await this.drain();
  }

  /** @param {{candidate: RTCIceCandidateInit | null, negotiation: number}} content */
  async candidate(content) {
    if (content.negotiation === this.negotiation && this.pc?.remoteDescription) await this.add(content.candidate);
    else {
      this.early.push(content);
      if (this.early.length > EARLY_MAX) this.early.shift();
    }
  }

  async drain() {
    for (const { candidate, negotiation } of this.early.splice(0)) {
      if (negotiation === this.negotiation) await this.add(candidate);
    }
  }

  /** @param {RTCIceCandidateInit | null} candidate */
  async add(candidate) {
    try {
      if (candidate) await this.pc?.addIceCandidate(candidate);
    } catch (error) {
      // A candidate of the offer that was refused, or of the way before a restart.
      if (!this.ignoring) console.info("candidate left out", error);
    }
  }
}
