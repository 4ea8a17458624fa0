// @ts-check
/**
 * The way in and the picture. The page's own is begun as soon as this small file is here: nobody
 * waits for the chat and the gifts to load before they see something. The player takes it over, and
 * hears what was said meanwhile.
 */
import { post } from "../core/api.js";
import { watch } from "./engine/index.js";

/** @typedef {import("./engine/shapes.js").OnState} OnState */
/** @typedef {{onState: OnState, onSilenced: () => void}} Port */

export class Picture {
  /** @param {string} id of the stream @param {HTMLVideoElement} element */
  constructor(id, element) {
    const since = performance.now();
    this.closed = false;
    /** @type {((port: Port) => void)[]} */
    this.unheard = [];
    /** @type {Port | null} */
    this.port = null;
    /** Rejects with the API's own refusal. @type {Promise<import("./engine/shapes.js").Watching | null>} */
    this.line = post(`streams/${id}/join/`).then(({ grant }) => (this.closed ? null : watch({
      grant, since, element,
      renew: () => post(`streams/${id}/token/`).then((answer) => answer.grant ?? answer),
      onState: (state, detail) => this.tell((port) => port.onState(state, detail)),
      onSilenced: () => this.tell((port) => port.onSilenced()),
    })));
    this.line.catch(() => {}); // Whoever takes it over hears of it.
  }

  /** @param {(port: Port) => void} said */
  tell(said) {
    if (this.port) said(this.port);
    else this.unheard.push(said);
  }

  /** @param {Port} port */
  hear(port) {
    this.port = port;
    for (const said of this.unheard.splice(0)) said(port);
  }

  close() {
    this.closed = true;
    this.line.then((line) => line?.close(), () => {});
  }
}

/** @type {Picture | null} */
let begun = null;

/** The one that was begun with the page, or a new one. @param {string} id @param {HTMLVideoElement} element */
export function picture(id, element) {
  const first = begun;
  begun = null;
  return first ?? new Picture(id, element);
}

const room = document.querySelector("[data-room]");
const element = room?.querySelector("[data-video]");
if (element instanceof HTMLVideoElement) begun = new Picture(room?.getAttribute("data-room") ?? "", element);
