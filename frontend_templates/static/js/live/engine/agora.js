// @ts-check
/**
 * The same door, with Agora behind it. The client of Agora is a classic script of its own (vendor/),
 * fetched when the first grant of that engine arrives. Viewers show the declared host and nobody
 * else: a subscriber's token may publish unless co-host authentication is on.
 */
import { firstFrame } from "./progress.js";

const SCRIPT = new URL("../../../vendor/agora/AgoraRTC_N-production.js", import.meta.url).href;
const HEALTH_MS = 2000;
const STALL_LOOKS = 5;
const REJOIN_MS = 2000;
const COMES_BACK = new Set(["NETWORK_ERROR", "SERVER_ERROR", "TOKEN_EXPIRE"]);

/** @type {Promise<any> | null} */
let loading = null;

/** @returns {Promise<any>} the AgoraRTC object */
function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.onload = () => {
      const { AgoraRTC } = /** @type {any} */ (window);
      AgoraRTC.setLogLevel?.(3);
      AgoraRTC.disableLogUpload?.();
      resolve(AgoraRTC);
    };
    script.onerror = () => reject(new Error("Agora's client did not arrive."));
    document.head.append(script);
  });
  return loading;
}

/** @typedef {{good: "playing" | "on_air", prepare: (client: any) => void, joined: (client: any, rtc: any) => Promise<void>}} Part */

/** One channel, joined as host or audience, its token renewed before it runs out. */
class Channel {
  /**
   * @param {import("./shapes.js").Watch | import("./shapes.js").Publish} wish
   * @param {"host" | "audience"} role @param {Part} part
   */
  constructor(wish, role, part) {
    this.wish = wish;
    this.part = part;
    this.closed = false;
    this.away = false;
    /** @type {any} */
    this.client = null;
    this.onHide = () => this.close();
    addEventListener("pagehide", this.onHide);
    wish.onState("connecting", {});
    this.open(role).catch((error) => this.fail(error));
  }

  /** @param {"host" | "audience"} role */
  async open(role) {
    const rtc = await load();
    if (this.closed) return;
    const client = rtc.createClient({ mode: "live", codec: "vp8" });
    this.client = client;
    await client.setClientRole(role, role === "audience" ? { level: 1 } : undefined);
    client.on("token-privilege-will-expire", () => this.renew());
    client.on("connection-state-change", (/** @type {string} */ now, /** @type {string} */ _before, /** @type {string} */ why) => this.moved(now, why));
    this.part.prepare(client);
    await this.join(this.wish.grant);
  }

  /** @param {import("./shapes.js").Grant} grant */
  async join(grant) {
    await this.client.join(grant.app_id, grant.channel, grant.token, grant.uid);
    await this.part.joined(this.client, await load());
  }

  async renew() {
    try {
      await this.client.renewToken((await this.wish.renew()).token);
    } catch (error) {
      this.fail(error);
    }
  }

  async rejoin() {
    await new Promise((resolve) => { setTimeout(resolve, REJOIN_MS); });
    if (this.closed) return;
    try {
      await this.join(await this.wish.renew());
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {string} now @param {string} why */
  moved(now, why) {
    if (this.closed) return;
    if (now === "CONNECTED" && this.away) {
      this.away = false;
      this.wish.onState(this.part.good, {});
    }
    if (now !== "RECONNECTING" && now !== "DISCONNECTED") return;
    this.away = true;
    const back = now === "RECONNECTING" || COMES_BACK.has(why);
    this.wish.onState(back ? "reconnecting" : "refused", { code: String(why ?? "").toLowerCase() });
    if (now === "DISCONNECTED" && back) this.rejoin();
  }

  /** @param {any} error an ApiError of renew(), or Agora's own */
  fail(error) {
    if (this.closed) return;
    if (!error?.status && COMES_BACK.has(error?.code)) {
      this.wish.onState("reconnecting", {});
      this.rejoin();
      return;
    }
    const ended = [409, 410].includes(error?.status);
    this.wish.onState(ended ? "ended" : "refused", { code: String(error?.code ?? "unknown").toLowerCase() });
    this.close();
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    removeEventListener("pagehide", this.onHide);
    this.client?.leave().catch(() => {});
  }
}

/** @param {import("./shapes.js").Watch} wish @returns {import("./shapes.js").Watching} */
export function watch(wish) {
  const { grant, element, onState, onSilenced = () => {}, since = performance.now() } = wish;
  const arriving = new MediaStream();
  let timer = 0;
  firstFrame(element, since, () => onState("playing", {}));
  /** @param {any} client @param {any} user @param {"audio" | "video"} kind */
  const show = async (client, user, kind) => {
    if (user.uid !== grant.host_uid) return;
    await client.subscribe(user, kind);
    const track = (kind === "video" ? user.videoTrack : user.audioTrack).getMediaStreamTrack();
    for (const old of arriving.getTracks()) if (old.kind === kind) arriving.removeTrack(old);
    arriving.addTrack(track);
    element.srcObject = arriving;
    element.play().catch(() => {
      element.muted = true;
      onSilenced();
      element.play().catch(() => {});
    });
  };
  const channel = new Channel(wish, "audience", {
    good: "playing",
    prepare: (client) => client.on("user-published", (/** @type {any} */ user, /** @type {"audio" | "video"} */ kind) => show(client, user, kind)),
    joined: async (client) => {
      clearInterval(timer);
      timer = follow(client, onState);
    },
  });
  return { close: () => { clearInterval(timer); channel.close(); } };
}

/** @param {any} client @param {import("./shapes.js").OnState} onState @returns {number} the timer */
function follow(client, onState) {
  let [seen, still] = [0, 0];
  const look = () => {
    const rows = [...Object.values(client.getRemoteVideoStats()), ...Object.values(client.getRemoteAudioStats())];
    const bytes = rows.reduce((sum, each) => sum + each.receiveBytes, 0);
    if (bytes > seen && still >= STALL_LOOKS) onState("playing", {});
    still = bytes > seen ? 0 : still + 1;
    if (still === STALL_LOOKS) onState("stalled", {});
    seen = bytes;
  };
  return Number(setInterval(look, 1000));
}

/** @param {import("./shapes.js").Publish} wish @returns {import("./shapes.js").Publishing} */
export function publish(wish) {
  const { media, onState, onHealth = () => {} } = wish;
  /** @type {Record<string, any>} */
  const sent = {};
  let timer = 0;
  const channel = new Channel(wish, "host", {
    good: "on_air",
    prepare() {},
    joined: async (client, rtc) => {
      for (const track of media.getTracks()) sent[track.kind] ??= custom(rtc, track);
      await client.publish(Object.values(sent));
      onState("on_air", {});
      clearInterval(timer);
      timer = Number(setInterval(() => onHealth(healthOf(client)), HEALTH_MS));
    },
  });
  return {
    async replace(track) {
      if (sent[track.kind]) await sent[track.kind].replaceTrack(track, false);
      else if (channel.client) {
        sent[track.kind] = custom(await load(), track);
        await channel.client.publish(sent[track.kind]);
      }
    },
    close() {
      clearInterval(timer);
      channel.close();
    },
  };
}

/** @param {any} rtc @param {MediaStreamTrack} track */
const custom = (rtc, track) => (track.kind === "video"
  ? rtc.createCustomVideoTrack({ mediaStreamTrack: track, bitrateMax: 1200, optimizationMode: "motion" })
  : rtc.createCustomAudioTrack({ mediaStreamTrack: track }));

/** @param {any} client @returns {import("./shapes.js").Health} */
function healthOf(client) {
  const picture = client.getLocalVideoStats();
  const all = client.getRTCStats();
  return {
    kbps: Math.round((all.SendBitrate ?? 0) / 1000),
    loss_pct: Math.round((picture.currentPacketLossRate ?? 0) * 10) / 10,
    fps: picture.sendFrameRate ?? 0,
    rtt_ms: all.RTT ?? null,
    limited: "none",
  };
}
