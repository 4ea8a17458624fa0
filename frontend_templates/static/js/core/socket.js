// @ts-check
/** One socket to one room: a fresh ticket for each try, ordered frames, and a patient way back. */
import { ApiError, post } from "./api.js";

/**
 * @typedef {{type: string, id?: string, seq: number, ts: string, data: any}} Frame
 * @typedef {"connecting" | "open" | "waiting" | "closed"} SocketState
 */

/**
 * Closed for good: trying again would only be refused again. 4401 is not among them: signing out on
 * one device closes the sockets of all, and those that are still signed in get a new ticket.
 */
const FINAL = new Set([4403, 4404, 4409, 4410]);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** A room's socket. It reconnects until `close()`, or until the server says that it is over. */
export class RoomSocket {
  /**
   * @param {string} room "me" or "sessions/<id>"
   * @param {{onFrame: (frame: Frame) => void, onState?: (state: SocketState, code: number) => void}} listeners
   *   onState's code is the close code, 0 when there is none
   */
  constructor(room, { onFrame, onState = () => {} }) {
    this.room = room;
    this.onFrame = onFrame;
    this.onState = onState;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.seq = 0;
    this.tries = 0;
    this.over = false;
    this.timer = 0;
    this.onOnline = () => this.hurry();
    addEventListener("online", this.onOnline);
    this.connect();
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Send a frame if the line is up.
   * @param {string} type @param {unknown} [data] @param {string} [id] comes back as `ref` when it is refused
   * @returns {boolean} whether it left
   */
  send(type, data = {}, id) {
    if (!this.open || !this.socket) return false;
    this.socket.send(JSON.stringify(id ? { type, id, data } : { type, data }));
    return true;
  }

  /** Leave for good. */
  close() {
    this.finish(1000);
    this.socket?.close(1000);
  }

  /** Try now instead of at the end of the wait. */
  hurry() {
    if (this.over || this.open || !this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.connect();
  }

  async connect() {
    if (this.over) return;
    this.onState("connecting", 0);
    let ticket;
    try {
      ({ ticket } = await post("ws-tickets/", { room: this.room }));
    } catch (error) {
      const refused = error instanceof ApiError && [401, 403, 404, 410].includes(error.status);
      if (refused) this.finish(4000 + /** @type {ApiError} */ (error).status);
      else this.wait(0);
      return;
    }
    if (this.over) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/v1/${this.room}/?ticket=${encodeURIComponent(ticket)}`);
    this.socket = socket;
    this.seq = 0;
    socket.addEventListener("open", () => this.onState("open", 0));
    socket.addEventListener("message", (event) => this.receive(event.data));
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (this.over) return;
      if (FINAL.has(event.code)) this.finish(event.code);
      else this.wait(event.code);
    });
  }

  /** @param {string} raw */
  receive(raw) {
    /** @type {Frame} */
    const frame = JSON.parse(raw);
    // A hole in the count means a lost frame: come back and be told everything again.
    if (this.seq && frame.seq > this.seq + 1) {
      this.socket?.close(4000);
      return;
    }
    this.seq = frame.seq;
    this.tries = 0;
    this.onFrame(frame);
  }

  /** @param {number} code */
  wait(code) {
    if (this.over) return;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries);
    this.tries += 1;
    this.timer = Number(setTimeout(() => { this.timer = 0; this.connect(); }, longest * (0.5 + Math.random() / 2)));
    this.onState("waiting", code);
  }

  /** @param {number} code */
  finish(code) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.onOnline);
    this.onState("closed", code);
  }
}
