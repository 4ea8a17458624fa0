// @ts-check
/** A knock at a reader's door, wherever in the product the reader is: a sheet, a soft bell, 45 seconds. */
import { ApiError, post } from "./api.js";
import { assertive, toast } from "./announce.js";
import { icon, initials, make, need, typing } from "./dom.js";
import { money } from "./money.js";

/**
 * @typedef {{session_id: string, client_name: string, kind: "chat" | "voice" | "video",
 *   rate_per_minute_cents: number, cap_cents: number | null, question: string | null,
 *   past_readings: number, expires_at: string}} Knock
 */

const ICONS = { chat: "chat", voice: "voice", video: "cam" };
const KINDS = { chat: "Chat", voice: "Voice", video: "Video" };

/** @type {{id: string, sheet: HTMLDialogElement, timer: number, quiet: () => void} | null} */
let ringing = null;

/** Two soft notes every three seconds, until told to stop. @returns {() => void} */
export function chime() {
  /** @type {AudioContext | null} */
  let sound = null;
  const strike = () => {
    try {
      sound ??= new AudioContext();
      for (const [at, pitch] of [[0, 587.33], [0.28, 880]]) note(sound, sound.currentTime + at, pitch);
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([120, 80, 120]);
    } catch { /* A ring without sound is still a ring. */ }
  };
  strike();
  const timer = setInterval(strike, 3000);
  return () => { clearInterval(timer); sound?.close(); };
}

/** @param {AudioContext} sound @param {number} at @param {number} pitch */
function note(sound, at, pitch) {
  const tone = sound.createOscillator();
  const loudness = sound.createGain();
  tone.type = "sine";
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(0.14, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 1.1);
  tone.connect(loudness).connect(sound.destination);
  tone.start(at);
  tone.stop(at + 1.2);
}

/** Show the knock. A second message about the same one changes nothing. @param {Knock} request */
export function knock(request) {
  if (ringing?.id === request.session_id) return;
  if (ringing) hush(ringing.id, "");
  const sheet = sheetOf(request);
  document.body.append(sheet);
  sheet.showModal();
  need("[data-accept]", sheet).focus();
  const left = need("[data-left]", sheet);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((Date.parse(request.expires_at) - Date.now()) / 1000));
    left.textContent = String(seconds);
    if (!seconds) hush(request.session_id, "The ring ended without an answer.");
  };
  ringing = { id: request.session_id, sheet, timer: Number(setInterval(tick, 500)), quiet: chime() };
  tick();
  const cap = request.cap_cents ? `, stops at ${money(request.cap_cents)}` : "";
  assertive(`${request.client_name} asks for a ${request.kind} reading${cap}.`);
}

/** Take the sheet away. @param {string} id @param {string} words said in a toast, if any */
export function hush(id, words) {
  if (!ringing || ringing.id !== id) return;
  clearInterval(ringing.timer);
  ringing.quiet();
  ringing.sheet.close();
  ringing.sheet.remove();
  ringing = null;
  if (words) toast({ text: words });
}

/** @param {Knock} request @returns {HTMLDialogElement} */
function sheetOf(request) {
  const answer = (/** @type {string} */ how) => () => reply(request.session_id, how);
  const cap = request.cap_cents ? ` Stops at ${money(request.cap_cents)}.` : " No cap.";
  const times = request.past_readings;
  const sheet = make(
    "dialog", { class: "dialog sheet knock", "aria-labelledby": "knock-name" },
    make("div", { class: "row nowrap" }, make("p", { class: "kicker fill" }, "Someone is at the door"),
      make("span", { class: "timer" }, make("span", { "data-left": true }), make("span", { class: "small soft" }, " s left"))),
    make("div", { class: "row nowrap" }, make("span", { class: "avatar", "aria-hidden": "true" }, initials(request.client_name)),
      make("div", { class: "grow" }, make("h2", { id: "knock-name" }, request.client_name),
        make("p", { class: "small soft" }, icon(ICONS[request.kind]), ` ${KINDS[request.kind]}, `,
          make("span", { class: "num" }, `${money(request.rate_per_minute_cents)}/min`), `.${cap}`))),
    request.question ? make("blockquote", { class: "ask" }, `\u201c${request.question}\u201d`) : null,
    make("p", { class: "small soft" }, times ? `${times} reading${times === 1 ? "" : "s"} with you before.` : "Their first reading with you."),
    make("div", { class: "answer" },
      make("button", { type: "button", class: "btn rose", "data-accept": true, "aria-keyshortcuts": "A", onclick: answer("accept") }, "Accept", make("kbd", {}, "A")),
      make("button", { type: "button", class: "btn", "aria-keyshortcuts": "D", onclick: answer("decline") }, "Decline", make("kbd", {}, "D"))),
    make("p", { class: "tiny faint" }, "They see \u201cno charge\u201d if you decline."),
  );
  sheet.addEventListener("cancel", (event) => event.preventDefault());
  sheet.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "a") answer("accept")();
    if (event.key === "d") answer("decline")();
  });
  return /** @type {HTMLDialogElement} */ (sheet);
}

/** @param {string} id @param {string} how accept or decline */
async function reply(id, how) {
  const sheet = ringing?.sheet;
  for (const button of sheet?.querySelectorAll("button") || []) button.disabled = true;
  try {
    await post(`sessions/${id}/${how}/`, {}, { key: `${how}-${id}` });
    hush(id, how === "decline" ? "Declined. They are told that nothing was charged." : "");
    if (how === "accept") location.assign(`/sessions/${id}/`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) {
      for (const button of sheet?.querySelectorAll("button") || []) button.disabled = false;
      assertive(error.message);
      return;
    }
    hush(id, error instanceof Error ? error.message : "");
  }
}
