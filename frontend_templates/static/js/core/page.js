// @ts-check
/** What every page does: its person's line, hearts, sheets, shown passwords, tabs in sight, the offline word. */
import { ApiError, post, remove } from "./api.js";
import { polite, toast } from "./announce.js";
import { all, one } from "./dom.js";
import { start } from "./me.js";
import { askNowAndThen } from "./statuses.js";

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
const hit = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/** Fill or empty the heart of a reader. @param {HTMLElement} heart */
async function favour(heart) {
  const reader = heart.dataset.favourite;
  const name = heart.dataset.name || "this reader";
  const chosen = heart.getAttribute("aria-pressed") === "true";
  if (!document.body.dataset.user) {
    location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  for (const each of all(`[data-favourite="${reader}"]`)) each.setAttribute("aria-pressed", String(!chosen));
  try {
    await (chosen ? remove(`readers/${reader}/favourite/`) : post(`readers/${reader}/favourite/`));
    polite(chosen ? `${name} is no longer a favourite.` : `${name} is a favourite. We tell you when they come online.`);
  } catch (error) {
    for (const each of all(`[data-favourite="${reader}"]`)) each.setAttribute("aria-pressed", String(chosen));
    toast({ tone: "bad", text: error instanceof ApiError ? error.message : "That did not work." });
  }
}

/** @param {HTMLElement} button */
function showPassword(button) {
  const input = document.getElementById(button.dataset.showPassword || "");
  if (!(input instanceof HTMLInputElement)) return;
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? "Hide" : "Show";
}

document.addEventListener("click", (event) => {
  const heart = hit(event, "[data-favourite]");
  if (heart) favour(heart);
  const eye = hit(event, "[data-show-password]");
  if (eye) showPassword(eye);
  const opener = hit(event, "[data-opens]");
  if (opener) {
    const sheet = document.getElementById(opener.dataset.opens || "");
    if (sheet instanceof HTMLDialogElement) sheet.showModal();
  }
  const link = hit(event, "a[data-sheet]");
  const own = link && document.getElementById(link.dataset.sheet || "");
  if (own instanceof HTMLDialogElement && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    own.showModal();
  }
  const closer = hit(event, "[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.hasAttribute("data-light")) event.target.close();
});

document.addEventListener("htmx:configRequest", (event) => {
  const headers = /** @type {CustomEvent} */ (event).detail.headers;
  headers["X-CSRFToken"] = one('meta[name="csrf-token"]')?.getAttribute("content") || "";
});
document.addEventListener("htmx:responseError", () => toast({ tone: "bad", text: "That did not arrive. Try again in a moment." }));
document.addEventListener("htmx:sendError", () => toast({ tone: "bad", text: "We could not be reached. Check your connection." }));

// On a phone a row of tabs is longer than the screen: the one that is open stands in sight. Only
// the row is moved; the page stays where it is.
for (const open of all(".tabs > [aria-current]")) {
  const row = /** @type {HTMLElement} */ (open.parentElement);
  row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
}

const offline = one("#offline");
const mark = () => {
  if (!offline || offline.hidden === navigator.onLine) return;
  offline.hidden = navigator.onLine;
  polite(navigator.onLine ? "You are online again." : "You are offline.");
};
addEventListener("online", mark);
addEventListener("offline", mark);
mark();
if (document.body.dataset.user) start();
else askNowAndThen();
