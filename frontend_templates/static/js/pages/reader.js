// @ts-check
/** A reader's page: choose how to meet, ask, ring, and go in. Amounts come from the server. */
import { cancel, isRinging, ring } from "../ask/ringing.js";
import { asking, listen, sheet, step } from "../ask/sheet.js";
import { ApiError, newKey, post } from "../core/api.js";
import { toast } from "../core/announce.js";
import { all, need, one } from "../core/dom.js";
import { money } from "../core/money.js";

let kind = choiceNow();
let key = newKey();

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
  const body = { reader_id: asking.reader_id, kind, rate_per_minute_cents: asking.kinds[kind].rate_cents };
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
  sheet.addEventListener("cancel", (event) => { if (isRinging()) event.preventDefault(); });
  for (const button of all("[data-ask]")) button.addEventListener("click", begin);
  for (const radio of all('input[name="cap"]')) radio.addEventListener("change", () => {
    const own = /** @type {HTMLInputElement} */ (radio).value === "own";
    need("#own-cap").hidden = !own;
    if (own) need("#cap-dollars").focus();
  });
  if (location.hash === "#ask" && one("[data-ask]") && asking.kinds[kind]?.is_open) begin();
}
