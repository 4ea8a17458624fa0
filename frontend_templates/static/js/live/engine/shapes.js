// @ts-check
/** What the engine's clients and the pages say to each other. Types only. */

/**
 * @typedef {object} Grant what one page needs to send or to watch one stream, once; from start/, join/ or token/
 * @property {"embedded" | "agora"} engine
 * @property {"host" | "viewer"} role
 * @property {string} token
 * @property {string} expires_at
 * @property {string} [url] where the SDP offer goes (embedded)
 * @property {RTCIceServer[]} [ice_servers]
 * @property {string} [app_id]
 * @property {string} [channel]
 * @property {number} [uid]
 * @property {number} [host_uid]
 */
/**
 * @typedef {"connecting" | "playing" | "on_air" | "stalled" | "reconnecting" | "full" | "ended" | "refused"} LineState
 *   playing: a viewer's picture or sound moves; on_air: a host's is carried; stalled: connected, but
 *   nothing has moved for 5 s (the host may be away); full and reconnecting: tried again by itself;
 *   ended and refused: over, nothing is tried any more
 */
/** @typedef {{seconds?: number, code?: string}} Detail seconds: until the next try; code: what was refused */
/** @typedef {(state: LineState, detail: Detail) => void} OnState */
/** @typedef {() => Promise<Grant>} Renew asks the API for a new grant; its ApiError is understood */
/**
 * @typedef {object} Health how the host's picture leaves this machine, over the last two seconds
 * @property {number} kbps
 * @property {number} loss_pct
 * @property {number} fps 0 without a camera
 * @property {number | null} rtt_ms
 * @property {"none" | "cpu" | "bandwidth" | "other"} limited what holds the picture back
 */
/**
 * @typedef {object} Watch
 * @property {Grant} grant
 * @property {Renew} renew
 * @property {HTMLVideoElement} element where the picture and the sound go
 * @property {OnState} onState
 * @property {() => void} [onSilenced] the browser lets it play without sound only, until somebody presses something
 * @property {number} [since] performance.now() of the click, for the measure "first-frame"
 */
/**
 * @typedef {object} Publish
 * @property {Grant} grant
 * @property {Renew} renew
 * @property {MediaStream} media
 * @property {OnState} onState
 * @property {(health: Health) => void} [onHealth] each 2 s while on air
 */
/** @typedef {{close: () => void}} Watching */
/**
 * @typedef {object} Publishing
 * @property {(track: MediaStreamTrack) => Promise<void>} replace another microphone or camera, without a gap
 * @property {() => void} close
 */

export {};
