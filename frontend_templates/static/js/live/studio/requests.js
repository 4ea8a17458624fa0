// @ts-check
/** What the studio asks of the API. */
import { ask, patch, post, remove } from "../../core/api.js";

/** @typedef {import("../engine/shapes.js").Grant} Grant */

/** @param {string} id @returns {Promise<{grant: Grant, stream: {started_at: string}}>} on air; again for one that is live already */
export const start = (id) => post(`streams/${id}/start/`);

/** @param {string} id @returns {Promise<Grant>} */
export async function token(id) {
  const answer = await post(`streams/${id}/token/`);
  return answer.grant ?? answer;
}

/** @param {string} id */
export const end = (id) => post(`streams/${id}/end/`);

/** @param {string} id */
export const cancel = (id) => post(`streams/${id}/cancel/`);

/** @param {Record<string, unknown>} plan @param {string} key @returns {Promise<{id: string, url: string}>} */
export const create = (plan, key) => post("streams/", plan, { key });

/** @param {string} id @param {File} file */
export async function sendThumbnail(id, file) {
  const body = new FormData();
  body.append("thumbnail", file);
  const token_ = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";
  const headers = { Accept: "application/json", "X-CSRFToken": token_, "Idempotency-Key": crypto.randomUUID() };
  const response = await fetch(`/api/v1/streams/${id}/thumbnail/`, { method: "POST", body, headers, credentials: "same-origin" });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail || "The picture was not taken.");
}

/** @param {string} id @param {string} message */
export const removeMessage = (id, message) => post(`streams/${id}/messages/${message}/remove/`);
/** @param {string} id @param {string} message */
export const pinMessage = (id, message) => post(`streams/${id}/messages/${message}/pin/`);
/** @param {string} id */
export const unpin = (id) => remove(`streams/${id}/pin/`);
/** @param {string} id @param {string} user @param {number | null} seconds null: as long as the stream runs @param {boolean} put_out */
export const silence = (id, user, seconds, put_out) => post(`streams/${id}/mutes/`, { user_id: user, seconds, put_out });
/** @param {string} id @param {string} user */
export const unsilence = (id, user) => remove(`streams/${id}/mutes/${user}/`);
/** @param {string} id @param {string} user @param {string} kind */
export const invite = (id, user, kind) => post(`streams/${id}/hands/${user}/invite/`, { kind });
/** @param {string} id @param {string} user */
export const untrust = (id, user) => ask("DELETE", `streams/${id}/moderators/`, { body: { user_id: user } });
/** @param {string} id @param {Record<string, unknown>} wishes */
export const change = (id, wishes) => patch(`streams/${id}/`, wishes);
