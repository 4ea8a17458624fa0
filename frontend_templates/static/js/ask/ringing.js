// @ts-check
/** While a reader's door rings: the seconds, the answer, and the way out without a charge. */
import { ApiError, get, post } from "../core/api.js";
import { assertive, polite } from "../core/announce.js";
import { need } from "../core/dom.js";
import { asking, listen, sheet, step } from "./sheet.js";

const LOOK_MS = 3000;

let ringing = "";
let ringTimer = 0;
let lookTimer = 0;

/** Whether a door rings now. */
export const isRinging = () => ringing !== "";

/** @param {{id: string, state: string, deadline_at: string | null}} session */
export function ring(session) {
  ringing = session.id;
  step("ringing");
  assertive(`Ringing ${asking.name}. Nothing is charged until you are connected.`);
  const ends = session.deadline_at ? Date.parse(session.deadline_at) : Date.now() + asking.ring_seconds * 1000;
  const left = need("[data-ring-left]");
  const tick = () => { left.textContent = String(Math.max(0, Math.ceil((ends - Date.now()) / 1000))); };
  tick();
  clearInterval(ringTimer);
  clearInterval(lookTimer);
  ringTimer = Number(setInterval(tick, 250));
  // A push can be lost; the truth is one question away.
  lookTimer = Number(setInterval(look, LOOK_MS));
}

async function look() {
  if (!ringing) return;
  try {
    settle(await get(`sessions/${ringing}/`));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) over("missed");
  }
}

/** @param {{id: string, state: string}} session */
function settle({ id, state }) {
  if (id !== ringing || state === "requested") return;
  if (["connecting", "active", "paused"].includes(state)) enter(`/sessions/${id}/`);
  else over(state);
}

/** @param {string} url */
function enter(url) {
  stop();
  polite(`${asking.name} said yes. Going in.`);
  location.assign(url);
}

function stop() {
  clearInterval(ringTimer);
  clearInterval(lookTimer);
  ringing = "";
}

const ENDS = /** @type {Record<string, [string, string]>} */ ({
  declined: ["Not this time", "cannot take it now. No charge."],
  missed: ["No answer", "did not answer in time. No charge."],
  cancelled: ["Cancelled", "was told. No charge."],
});

/** @param {string} state */
function over(state) {
  if (!sheet || !ringing) return;
  stop();
  const [title, words] = ENDS[state] || ["It did not begin", "could not be reached. No charge."];
  need("[data-over-title]").textContent = title;
  need("[data-over-words]").textContent = `${asking.name} ${words}`;
  step("over");
  assertive(`${title}. ${asking.name} ${words}`);
}

/** Stop asking; nothing is charged. */
export async function cancel() {
  const id = ringing;
  if (!id) return;
  try {
    await post(`sessions/${id}/cancel/`, {}, { key: `cancel-${id}` });
    over("cancelled");
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) look();
    else assertive(error instanceof Error ? error.message : "That did not work.");
  }
}

const ours = (/** @type {any} */ data) => ringing !== "" && data.session_id === ringing;
listen("request-accepted", (data) => ours(data) && (enter(data.url), true));
listen("request-declined", (data) => ours(data) && (over("declined"), true));
listen("request-missed", (data) => ours(data) && (over("missed"), true));
listen("request-cancelled", (data) => ours(data) && (over("cancelled"), true));
listen("snapshot", ({ active_session: live }) => {
  // A refresh or a second device shows the same ring.
  if (live?.state === "requested" && live.role === "client" && !ringing && sheet) resume(live.id);
  return false;
});

/** @param {string} id */
async function resume(id) {
  const session = await get(`sessions/${id}/`);
  const reader = session.reader_id || session.reader?.id;
  if (session.state === "requested" && reader === asking.reader_id) ring(session);
}
