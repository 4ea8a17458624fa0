// @ts-check
/**
 * One exchange with the embedded engine: an offer by HTTP (WHIP to send, WHEP to watch), an answer,
 * media, and a DELETE at the end. Nothing here tries again.
 */

const CONNECT_MS = 10_000;
const LOST_MS = 2000;

/** Why an exchange did not come about. `status` is HTTP's, 0 when the engine was not reached. */
export class ExchangeError extends Error {
  /** @param {string} code @param {number} [status] @param {number} [seconds] to wait, where the engine said so */
  constructor(code, status = 0, seconds = 0) {
    super(code);
    this.name = "ExchangeError";
    this.code = code;
    this.status = status;
    this.seconds = seconds;
  }
}

/** The codecs that the engine forwards. @param {"audio" | "video"} kind @param {"send" | "receive"} way */
export function codecs(kind, way) {
  const able = way === "send" ? RTCRtpSender.getCapabilities(kind) : RTCRtpReceiver.getCapabilities(kind);
  const wanted = kind === "video" ? ["video/vp8", "video/rtx"] : ["audio/opus"];
  return able?.codecs.filter((codec) => wanted.includes(codec.mimeType.toLowerCase())) ?? [];
}

export class Exchange {
  /** @param {import("./shapes.js").Grant} grant @param {(pc: RTCPeerConnection) => void} prepare adds the transceivers */
  constructor(grant, prepare) {
    this.grant = grant;
    this.address = "";
    this.over = new AbortController();
    this.pc = new RTCPeerConnection({ iceServers: grant.ice_servers ?? [], bundlePolicy: "max-bundle" });
    prepare(this.pc);
  }

  /** Offer, be answered, be connected. @throws {ExchangeError} */
  async open() {
    const late = setTimeout(() => this.over.abort(), CONNECT_MS);
    try {
      // No candidates are waited for: the engine learns this browser's address from its checks.
      await this.pc.setLocalDescription();
      const answer = await this.post(this.pc.localDescription?.sdp ?? "");
      await this.pc.setRemoteDescription({ type: "answer", sdp: answer });
      await this.connected();
    } catch (error) {
      if (error instanceof ExchangeError) throw error;
      throw new ExchangeError(this.over.signal.aborted ? "too_slow" : "unreachable");
    } finally {
      clearTimeout(late);
    }
  }

  /** @param {string} sdp @returns {Promise<string>} */
  async post(sdp) {
    const url = this.grant.url ?? "";
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${this.grant.token}` },
      body: sdp,
      signal: this.over.signal,
      credentials: "omit",
    });
    if (response.status !== 201) {
      throw new ExchangeError(await codeOf(response), response.status, Number(response.headers.get("retry-after")) || 0);
    }
    this.address = new URL(response.headers.get("location") ?? "", url).href;
    return response.text();
  }

  connected() {
    return this.reached((state) => state === "connected");
  }

  /** When the line is lost, how: ended by the engine in good order, or failed, silent, given up. @returns {Promise<"ended" | "lost">} */
  lost() {
    return new Promise((resolve) => {
      let timer = 0;
      const secured = this.pc.getTransceivers()[0]?.receiver.transport;
      const look = () => {
        clearTimeout(timer);
        const state = this.pc.connectionState;
        if (this.over.signal.aborted || state === "failed" || state === "closed") resolve("lost");
        else if (secured?.state === "closed") resolve("ended");
        else if (state === "disconnected") timer = Number(setTimeout(() => resolve("lost"), LOST_MS));
      };
      this.pc.addEventListener("connectionstatechange", look);
      secured?.addEventListener("statechange", look);
      this.over.signal.addEventListener("abort", look);
      look();
    });
  }

  /** @param {(state: RTCPeerConnectionState) => boolean} wished @returns {Promise<void>} */
  reached(wished) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const state = this.pc.connectionState;
        if (wished(state)) resolve();
        else if (this.over.signal.aborted || state === "failed" || state === "closed") reject(new ExchangeError("unreachable"));
      };
      this.pc.addEventListener("connectionstatechange", look);
      this.over.signal.addEventListener("abort", look);
      look();
    });
  }

  /** Leave, and tell the engine; also from a page that is going away. */
  close() {
    this.over.abort();
    this.pc.close();
    if (!this.address) return;
    fetch(this.address, { method: "DELETE", keepalive: true, credentials: "omit" }).catch(() => {});
    this.address = "";
  }
}

/** @param {Response} response */
async function codeOf(response) {
  try {
    return String((await response.json()).code);
  } catch {
    return `http_${response.status}`;
  }
}
