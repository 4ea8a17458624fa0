// @ts-check
/**
 * The page of one case: rows and bars point at each other, `n` and `p` go from gap to gap, `+`, `-`
 * and `0` zoom, `r` goes to the decision. Rows are walked by `j` and `k` (keys.js).
 */
import { polite } from "../core/announce.js";
import { all, need, one, typing } from "../core/dom.js";
import { Axis } from "./axis.js";

const KEPT = "staff-keys";
const place = one("[data-axis]");
const axis = place ? new Axis(place) : null;
const rows = () => all(".case-rows tbody tr").filter((row) => !row.hidden);

/** Mark a row, its bar and its place on the axis. @param {HTMLElement} row */
function mark(row) {
  for (const old of all(".case-rows [aria-current], .lanes [aria-current]")) old.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  one(`.lanes [data-seq="${row.dataset.seq}"]`)?.setAttribute("aria-current", "true");
  axis?.find(Number(row.dataset.a), Number(row.dataset.b));
  const when = one("time", row)?.textContent || "";
  need("[data-here]").textContent = `${when} ${one(".what", row)?.textContent || ""}`;
}

/** @param {HTMLElement} row */
function visit(row) {
  row.focus();
  row.scrollIntoView({ block: "center" });
  mark(row);
}

/** @param {number} step */
function nextGap(step) {
  const gaps = rows().filter((row) => "isGap" in row.dataset);
  if (!gaps.length) return polite("There is no gap.");
  const here = one(".case-rows tr[aria-current]");
  const at = here ? rows().indexOf(here) : -1;
  const order = rows();
  const later = gaps.filter((gap) => order.indexOf(gap) > at);
  const earlier = gaps.filter((gap) => order.indexOf(gap) < at);
  const gap = step > 0 ? later[0] || gaps[0] : earlier[earlier.length - 1] || gaps[gaps.length - 1];
  visit(gap);
  polite(`Gap ${gaps.indexOf(gap) + 1} of ${gaps.length}: ${one(".what", gap)?.textContent || ""}`);
}

/** @param {string} way */
function zoom(way) {
  if (!axis) return;
  if (way === "all") axis.whole();
  else axis.zoom(way === "in" ? 0.5 : 2);
  polite(`From ${axis.clock(axis.from)} to ${axis.clock(axis.to)}.`);
}

/** @param {HTMLElement} pill */
function filter(pill) {
  const group = pill.dataset.group || "";
  for (const each of all("[data-filters] .pill")) each.setAttribute("aria-pressed", String(each === pill));
  for (const row of all(".case-rows tbody tr")) row.hidden = Boolean(group) && (group === "gaps" ? !("isGap" in row.dataset) : row.dataset.group !== group);
  polite(`${rows().length} records.`);
}

/** @param {HTMLElement} button */
function askForWords(button) {
  const sheet = one("#reveal");
  if (!(sheet instanceof HTMLDialogElement)) return;
  /** @type {HTMLInputElement} */ (need("[name=message_id]", sheet)).value = button.dataset.reveal || "";
  sheet.dataset.message = button.dataset.reveal || "";
  sheet.showModal();
  need("#why", sheet).focus();
}

/** Only what belongs to the outcome may be filled in. */
function fit() {
  const chosen = one("[name=outcome]:checked");
  const outcome = chosen instanceof HTMLInputElement ? chosen.value : "";
  for (const field of all("[data-for]")) field.hidden = field.dataset.for !== outcome;
  const bearer = one("#bearer")?.closest(".field");
  if (bearer instanceof HTMLElement) bearer.hidden = outcome === "reject";
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  /** @param {string} selector */
  const hit = (selector) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(selector));
  const bar = hit(".lanes [data-seq]");
  const row = bar ? one(`#record-${bar.dataset.seq}`) : null;
  if (row && !row.hidden) visit(row);
  const zoomed = hit("[data-zoom]");
  if (zoomed) zoom(zoomed.dataset.zoom || "");
  const gap = hit("[data-gap]");
  if (gap) nextGap(Number(gap.dataset.gap));
  const pill = hit("[data-filters] .pill");
  if (pill) filter(pill);
  const words = hit("[data-reveal]");
  if (words) askForWords(words);
});

document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest(".case-rows tbody tr") : null;
  if (row instanceof HTMLElement && !row.hasAttribute("aria-current")) mark(row);
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target instanceof HTMLInputElement && target.name === "outcome") fit();
  if (target instanceof HTMLInputElement && "allMessages" in target.dataset) {
    const sheet = need("#reveal");
    /** @type {HTMLInputElement} */ (need("[name=message_id]", sheet)).value = target.checked ? "" : sheet.dataset.message || "";
  }
  if (target instanceof HTMLSelectElement && "templates" in target.dataset) {
    const { client = "", reader = "" } = target.selectedOptions[0].dataset;
    /** @type {HTMLTextAreaElement} */ (need("#words_to_client")).value = client;
    /** @type {HTMLTextAreaElement} */ (need("#words_to_reader")).value = reader;
    polite("The words are filled in.");
  }
});

/** @type {Record<string, () => void>} */
const KEYS = {
  n: () => nextGap(1),
  p: () => nextGap(-1),
  "+": () => zoom("in"),
  "=": () => zoom("in"),
  "-": () => zoom("out"),
  0: () => zoom("all"),
  r: () => {
    const panel = need("#decision");
    const first = one("input:checked, button", panel);
    (first || panel).focus();
    panel.scrollIntoView({ block: "nearest" });
    polite("Decision.");
  },
};

/** Out of the form, back to the evidence. @param {KeyboardEvent} event */
function leaveForm(event) {
  const inForm = event.target instanceof Element && event.target.closest("#decision");
  const row = one(".case-rows tr[aria-current]") || rows()[0];
  if (event.key !== "Escape" || !inForm || !row) return;
  visit(row);
  polite("Evidence.");
}

document.addEventListener("keydown", leaveForm);
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (localStorage.getItem(KEPT) === "off" || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

const asked = one("#reveal[data-shown]");
if (asked instanceof HTMLDialogElement) asked.showModal();
fit();
