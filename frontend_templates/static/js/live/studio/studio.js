// @ts-check
/** The studio while a stream is to begin or runs: devices, line, room, end. */
import { ApiError } from "../../core/api.js";
import { toast } from "../../core/announce.js";
import { need } from "../../core/dom.js";
import { every } from "../../core/ticker.js";
import { choices } from "../../room/choices.js";
import { Controls } from "../../room/controls.js";
import { allowed } from "../../room/devices.js";
import { Panels } from "../../room/panels.js";
import { alone, taken } from "../engine/tabs.js";
import { Broadcast } from "./broadcast.js";
import { Check, withWhat } from "./check.js";
import { DevicesSheet } from "./devices_sheet.js";
import { EndSheet } from "./ending.js";
import { showHealth } from "./health.js";
import { copyLink } from "./mine.js";
import { START_KEY } from "./plan.js";
import * as requests from "./requests.js";
import { RoomOfHost } from "./room_of_host.js";
import { SettingsSheet } from "./settings_sheet.js";
import { Strip } from "./strip.js";

/** @typedef {import("./broadcast.js").Device} Device */

const BEAT_MS = 5000;
const REFUSED = /** @type {Record<string, string>} */ ({
  engine_not_loaded: "The engine's program did not arrive in this browser. A content blocker may hold it back.",
  denied: "The engine does not let you in. If this stays, write to us.",
});

export class Studio {
  /** @param {import("./shapes.js").StudioConfig} config */
  constructor(config) {
    this.config = config;
    this.panels = new Panels();
    this.strip = new Strip(config.started_at);
    this.broadcast = new Broadcast(config.id, {
      onState: (state, detail) => this.moved(state, detail.code ?? ""),
      onHealth: (health) => this.measured(health),
      onLost: (device) => this.lost(device),
    });
    this.check = new Check(need('[data-panel="ready"]'), (stream) => this.ready(stream));
    this.devices = new DevicesSheet({ swap: (track) => this.broadcast.swap(track), choose: (device, on) => this.choose(device, on) });
    this.ending = new EndSheet(config.id, () => this.over());
    this.settings = new SettingsSheet(config.id);
    this.controls = new Controls(this.acts());
    /** @type {RoomOfHost | null} */
    this.room = null;
    /** @type {{kbps: number, loss_pct: number, fps: number} | null} */
    this.health = null;
    this.free = () => {};
    this.leaving = false;
    need("[data-start]").addEventListener("click", () => this.start());
    need("[data-here]").addEventListener("click", () => this.take());
    need("[data-again]").addEventListener("click", () => this.retry());
    addEventListener("beforeunload", (event) => { if (this.broadcast.running && !this.leaving) event.preventDefault(); });
    // Answering a knock leads to the reading; the room knows and waits.
    document.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-accept]")) this.leaving = true;
    }, true);
    every(BEAT_MS, () => this.beat());
  }

  acts() {
    const nothing = () => {};
    return /** @type {import("../../room/controls.js").Acts} */ (/** @type {unknown} */ ({
      microphone: () => this.choose("microphone", !this.broadcast.on("microphone")),
      camera: () => this.choose("camera", !this.broadcast.on("camera")),
      devices: () => this.devices.show(),
      share: () => copyLink(this.config.share_url),
      tell: () => this.strip.tell(),
      end: () => (this.config.live ? this.ending.ask(this.strip.watching) : nothing()),
    }));
  }

  /** Lay one panel over the studio, or none; nothing beneath can be reached meanwhile. @param {string} name */
  cover(name) {
    this.panels.show(name);
    for (const part of need("[data-studio]").children) {
      if (part instanceof HTMLElement && !part.matches(".over")) part.inert = Boolean(name);
    }
  }

  /** One tab of this browser sends; another one asks first. */
  async begin() {
    if (await taken(this.place)) this.cover("elsewhere");
    else await this.take();
  }

  get place() { return `studio.${this.config.id}`; }

  async take() {
    this.free = alone(this.place, () => this.stepBack());
    const asked = sessionStorage.getItem(START_KEY) === this.config.id;
    sessionStorage.removeItem(START_KEY);
    this.cover("ready");
    if (this.config.live) this.enter();
    const goesOn = asked || this.config.live;
    if (!goesOn && !(await allowed("video", choices()))) return;
    await this.check.open();
    if (goesOn) await this.start();
  }

  /** @param {MediaStream | null} stream */
  ready(stream) {
    /** @type {HTMLButtonElement} */ (need("[data-start]")).disabled = !stream;
    need("[data-start-with]").textContent = withWhat(stream);
  }

  async start() {
    if (!this.check.stream) return;
    this.complain("");
    this.cover("starting");
    try {
      const { grant, stream } = await requests.start(this.config.id);
      const media = /** @type {MediaStream} */ (this.check.release());
      this.config.live = true;
      this.strip.began(stream.started_at);
      this.broadcast.start(media, grant);
      this.cover("");
      for (const device of /** @type {Device[]} */ (["microphone", "camera"])) this.shown(device, false);
      this.enter();
    } catch (error) {
      this.cover("ready");
      this.complain(error instanceof ApiError ? error.message : "That did not work. Try again.");
    }
  }

  /** The room: chat, gifts, hands, counts. */
  enter() {
    this.room ??= new RoomOfHost(this.config, this.strip, { onOver: () => this.over() });
  }

  /** @param {string} words */
  complain(words) {
    need("[data-start-error]").textContent = words;
  }

  /** @param {import("../engine/shapes.js").LineState} state @param {string} code */
  moved(state, code) {
    this.strip.air(state);
    if (state === "on_air") this.cover("");
    if (state === "ended") this.over();
    if (state !== "refused") return;
    if (code === "elsewhere") {
      this.stepBack();
      return;
    }
    need("[data-refused-words]").textContent = REFUSED[code] ?? `The engine said no (${code}).`;
    this.cover("refused");
  }

  async retry() {
    this.cover("starting");
    try {
      this.broadcast.again((await requests.start(this.config.id)).grant);
      this.cover("");
    } catch (error) {
      need("[data-refused-words]").textContent = error instanceof ApiError ? error.message : "That did not work.";
      this.cover("refused");
    }
  }

  /** Another tab goes on. */
  stepBack() {
    this.broadcast.stop();
    this.check.close();
    this.room?.close();
    this.room = null;
    this.strip.air("refused");
    this.cover("elsewhere");
  }

  /** @param {Device} device @param {boolean} on */
  choose(device, on) {
    if (!this.broadcast.has(device)) {
      this.devices.show();
      return;
    }
    this.broadcast.choose(device, on);
    this.shown(device, true);
  }

  /** @param {Device} device @param {boolean} aloud */
  shown(device, aloud) {
    if (this.broadcast.has(device)) this.controls.device(device, this.broadcast.on(device), aloud);
    else this.controls.without(device);
  }

  /** @param {Device} device */
  lost(device) {
    toast({ tone: "warn", title: `Your ${device} stopped`, text: "Plug it in again, or choose another one under Devices.", seconds: 20 });
  }

  /** @param {import("../engine/shapes.js").Health} health */
  measured(health) {
    this.health = { kbps: health.kbps, loss_pct: health.loss_pct, fps: health.fps };
    showHealth(health, this.broadcast.on("camera"));
  }

  beat() {
    if (this.broadcast.running && this.health) this.room?.send("heartbeat", this.health);
  }

  /** It has ended: the same address shows the summary. */
  over() {
    if (this.leaving) return;
    this.leaving = true;
    this.broadcast.stop();
    this.free();
    location.reload();
  }
}
