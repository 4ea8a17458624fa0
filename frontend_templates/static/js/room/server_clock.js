// @ts-check
/** The server's clock as this page knows it: only ever used to show how long is left. */

let offset = 0;
let known = false;

/** @param {string | null | undefined} serverTime ISO 8601, as stamped into a frame just received */
export function sync(serverTime) {
  const at = Date.parse(serverTime || "");
  if (Number.isNaN(at)) return;
  const seen = at - Date.now();
  // The least delayed frame is the truest one.
  offset = known ? Math.max(offset, seen) : seen;
  known = true;
}

/** Seconds until an instant of the server, never below 0. @param {string | null | undefined} deadline */
export function secondsUntil(deadline) {
  const at = Date.parse(deadline || "");
  return Number.isNaN(at) ? 0 : Math.max(0, (at - Date.now() - offset) / 1000);
}
