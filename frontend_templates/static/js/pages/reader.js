// @ts-check
/** A reader's page: choose how to meet, ask, ring, and go in. Amounts come from the server. */
import { ApiError, get, newKey, post } from "../core/api.js";
import { assertive, polite, toast } from "../core/announce.js";
import { all, json, need, one } from "../core/dom.js";
import { money } from "../core/money.js";

/**
 * @typedef {{kind: string, word: string, rate_cents: number, ten_minutes_cents: number, start_cents: number,
 *   affordable_s: number | null, is_short: boolean, is_open: boolean}} Offer
 * @typedef {{reader_id: string, name: string, slug: string, spendable_cents: number | null, ring_seconds: number,
 *   kinds: Record<string, Offer>}} Asking
 */
/** @type {Asking} */
const asking = json("asking");
const sheet = /** @type {HTMLDialogElement | null} */ (one("#ask-sheet"));
const LOOK_MS = 3000;

let kind = choiceNow();
let key = newKey();
/** @type {string} */
let ringing = "";
let ringTimer = 0;
let lookTimer = 0;

function choiceNow() {
  const chosen = /** @type {HTMLInputElement | null} */ (one("input[data-kind]:checked"));
  return chosen?.value || /** @type {HTMLSelectElement | null} */ (one("select[data-kind]"))?.value || "";
}

/** Every place that shows or offers the kind says the same one. @param {string} chosen */
function choose(chosen) {
  kind = chosen;
  key = newKey();
  for (const input of all("[data-kind]")) {
    if (input instanceof HTMLSelectElement) input.value = chosen;
    else if (input instanceof HTMLInputElement) input.checked = input.value === chosen;
  }
  for (const part of all("[data-for-kind]")) part.hidden = part.dataset.forKind !== chosen;
  for (const word of all("[data-kind-word]")) word.textContent = chosen;
}

for (const input of all("[data-kind]")) {
  input.addEventListener("change", () => choose(/** @type {HTMLInputElement | HTMLSelectElement} */ (input).value));
}

/** @param {string} name ask, ringing or over */
function step(name) {
  if (!sheet) return;
  for (const part of all("[data-step]", sheet)) part.hidden = part.dataset.step !== name;
  if (!sheet.open) sheet.showModal();
  one(`[data-step="${name}"] [data-step-title]`, sheet)?.focus();
}

/** Cents of the chosen cap; null for none. @returns {number | null} @throws {Error} in words, when it is no amount */
function cap() {
  const chosen = /** @type {HTMLInputElement} */ (need('input[name="cap"]:checked')).value;
  if (chosen !== "own") return chosen ? Number(chosen) : null;
  const typed = /** @type {HTMLInputElement} */ (need("#cap-dollars")).value.trim().replace(/^\$/, "").replace(",", ".");
  if (!/^\d{1,5}(\.\d{1,2})?$/.test(typed) || Number(typed) < 1) throw new Error("Write an amount of at least $1, for example 45.00.");
  const [whole, part = ""] = typed.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}

/** @param {string} words @param {{url?: string, label?: string}} [onward] */
function refuse(words, { url, label } = {}) {
  const place = need("#ask-error");
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: words, className: "small" }));
  if (url) place.append(Object.assign(document.createElement("a"), { href: url, textContent: label || "Go there" }));
  place.hidden = false;
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "insufficient_funds") {
    const { needed_cents: needed, available_cents: has } = error.problem;
    const back = encodeURIComponent(`${location.pathname}?kind=${kind}`);
    refuse(`A start at this rate needs ${money(needed)}; your balance is ${money(has)}.`, { url: `/wallet/?next=${back}`, label: "Add funds" });
  } else if (error.status === 401) location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
  else refuse(error.message);
  if (error.status !== 0 && error.status < 500) key = newKey();
}

/** @param {SubmitEvent} event */
async function send(event) {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (need("[data-send]"));
  const capError = need("#cap-error");
  need("#ask-error").hidden = true;
  capError.hidden = true;
  /** @type {Record<string, unknown>} */
  const body = { reader_id: asking.reader_id, kind };
  try {
    const cents = cap();
    if (cents !== null) body.spend_cap_cents = cents;
  } catch (error) {
    capError.textContent = error instanceof Error ? error.message : "";
    capError.hidden = false;
    need("#cap-dollars").setAttribute("aria-invalid", "true");
    need("#cap-dollars").focus();
    return;
  }
  const question = /** @type {HTMLTextAreaElement} */ (need("#question")).value.trim();
  if (question) body.question = question;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    ring(await post("sessions/", body, { key }));
  } catch (error) {
    explain(error);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

/** @param {{id: string, state: string, deadline_at: string | null}} session */
function ring(session) {
  ringing = session.id;
  key = newKey();
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

async function cancel() {
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

/** @param {string} name @param {(data: any) => boolean} take whether it was about our ring */
const listen = (name, take) => document.addEventListener(`soulseer:${name}`, (event) => {
  if (take(/** @type {CustomEvent} */ (event).detail)) event.preventDefault();
});
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

listen("reader-status", ({ reader_id: reader, status, kinds }) => {
  if (reader === asking.reader_id) follow(status, kinds || []);
  return false;
});

/**
 * The reader came, went or is busy: offer what is possible now.
 * @param {string} status @param {string[]} kinds
 */
function follow(status, kinds) {
  const online = status === "online";
  for (const button of all("[data-ask]")) button.hidden = !online;
  for (const button of all("[data-wait]")) button.hidden = online;
  for (const radio of /** @type {HTMLInputElement[]} */ (all('input[name="ask-kind"]'))) {
    const open = online && kinds.includes(radio.value);
    radio.disabled = !open;
    asking.kinds[radio.value].is_open = open;
    const off = one("[data-off]", radio.parentElement || undefined);
    if (off) off.hidden = open;
  }
}

/** @param {string} id */
async function resume(id) {
  const session = await get(`sessions/${id}/`);
  const reader = session.reader_id || session.reader?.id;
  if (session.state === "requested" && reader === asking.reader_id) ring(session);
}

/** @param {HTMLElement} button */
async function block(button) {
  try {
    await post(`users/${button.dataset.block}/block/`);
    button.closest("dialog")?.close();
    toast({ tone: "ok", text: `${asking.name} is blocked.`, url: "/settings/blocked/", label: "Settings" });
  } catch (error) {
    toast({ tone: "bad", text: error instanceof Error ? error.message : "That did not work." });
  }
}
for (const button of all("[data-block]")) button.addEventListener("click", () => block(button));

function begin() {
  key = newKey();
  need("#ask-error").hidden = true;
  step("ask");
}

if (sheet) {
  need("#ask-form").addEventListener("submit", (event) => send(/** @type {SubmitEvent} */ (event)));
  need("[data-cancel]").addEventListener("click", cancel);
  sheet.addEventListener("cancel", (event) => { if (ringing) event.preventDefault(); });
  for (const button of all("[data-ask]")) button.addEventListener("click", begin);
  for (const radio of all('input[name="cap"]')) radio.addEventListener("change", () => {
    const own = /** @type {HTMLInputElement} */ (radio).value === "own";
    need("#own-cap").hidden = !own;
    if (own) need("#cap-dollars").focus();
  });
  if (location.hash === "#ask" && one("[data-ask]") && asking.kinds[kind]?.is_open) begin();
}
