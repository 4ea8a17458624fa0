// @ts-check
/**
 * Staff pages by keyboard: `?` lists the keys, `g` then a letter opens a page, `/` goes to the
 * search, `j` and `k` walk the rows, Enter opens one. Never while somebody types, and not at all
 * when they are switched off (WCAG 2.1.4).
 *
 * Rows are the `tr` of a table's body and whatever carries `data-row`; a row's first link opens.
 */
import { polite } from "../core/announce.js";
import { all, one, typing } from "../core/dom.js";

const KEPT = "staff-keys";
const SECOND_KEY_MS = 1500;

const sheet = one("#staff-keys");
const box = one("[data-keys-on]");
let goingSince = 0;

const isOn = () => localStorage.getItem(KEPT) !== "off";
const rows = () => all("main tbody tr, main [data-row]").filter((row) => row.offsetParent !== null);
/** @param {Element | undefined | null} row @returns {HTMLElement | null} */
const linkOf = (row) => (row ? row.querySelector("a[href], summary, button") : null);

/** Put the focus on the row after (1) or before (-1) the present one. @param {number} step */
function walk(step) {
  const found = rows();
  const here = found.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(Math.max(here + step, 0), found.length - 1);
  const row = found[next];
  if (!row) return polite("There are no rows here.");
  const target = linkOf(row) || row;
  if (target === row) row.tabIndex = -1;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** @param {string} letter */
function go(letter) {
  const door = all("[data-go]").find((each) => each.dataset.go === letter);
  if (door instanceof HTMLAnchorElement) location.assign(door.href);
  else polite(`No page answers to ${letter.toUpperCase()}.`);
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !isOn()) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (goingSince && event.timeStamp - goingSince < SECOND_KEY_MS && /^[a-z]$/.test(key)) {
    goingSince = 0;
    event.preventDefault();
    return go(key);
  }
  goingSince = 0;
  const search = one("main [role=search] input:not([type=hidden]), main input[type=search]");
  if (key === "?" && sheet instanceof HTMLDialogElement) sheet.showModal();
  else if (key === "g") goingSince = event.timeStamp;
  else if (key === "/" && search) search.focus();
  else if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else return;
  event.preventDefault();
}

if (box instanceof HTMLInputElement) {
  box.checked = isOn();
  box.addEventListener("change", () => {
    localStorage.setItem(KEPT, box.checked ? "on" : "off");
    polite(box.checked ? "Keys are on." : "Keys are off.");
  });
}
document.addEventListener("keydown", press);
