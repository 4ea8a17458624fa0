// @ts-check
/** The directory of live rooms: filters without a reload, counts that follow, reminders. */
import { polite } from "../core/announce.js";
import { one } from "../core/dom.js";
import { follow, shown } from "../live/counts.js";
import "../live/reminders.js";
import { local } from "../live/times.js";

const form = /** @type {HTMLFormElement | null} */ (one("#live-filters"));

/** What is chosen, as part of a query; empty choices ask nothing. */
function chosen() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form || undefined)) if (value) asked.set(name, String(value));
  return asked;
}

document.addEventListener("htmx:configRequest", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.elt !== form) return;
  for (const name of Object.keys(detail.parameters)) if (detail.parameters[name] === "") delete detail.parameters[name];
});
document.addEventListener("htmx:afterSwap", () => {
  const clear = one("[data-clear]");
  if (clear) clear.hidden = !String(chosen());
  local();
  polite(one("#live-count")?.textContent || "");
});

/** The rooms are others than shown: take the part anew, unless somebody is in it. */
async function renew() {
  const place = one("#live-results");
  if (!place || place.contains(document.activeElement)) return;
  const answer = await fetch(`${location.pathname}?${chosen()}`, { credentials: "same-origin" });
  if (!answer.ok || place.contains(document.activeElement)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live-results");
  if (!fresh) return;
  place.replaceWith(document.adoptNode(fresh));
  local();
  polite(one("#live-count")?.textContent || "");
}

local();
follow(() => (String(chosen()) ? `&${chosen()}` : ""), (ids) => {
  if (ids.sort().join() !== shown()) renew().catch(() => {});
});
