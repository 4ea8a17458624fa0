// @ts-check
/** Home: the cards of those who are online, and of the rooms that are live, follow those who come and go. */
import { get } from "../core/api.js";
import { polite } from "../core/announce.js";
import { all, one } from "../core/dom.js";
import { follow, shown as roomsShown } from "../live/counts.js";
import "../live/reminders.js";
import { local } from "../live/times.js";

const LOOK_MS = 15_000;
const SHOWN_MAX = 12;

/** The readers shown as online, as one string. */
const shown = () => all("#online-now [data-reader-status]").map((word) => word.dataset.readerStatus).sort().join();

async function look() {
  const place = one("#online-now");
  if (!place || document.hidden || place.contains(document.activeElement)) return;
  const { results } = await get(`readers/?online=1&limit=${SHOWN_MAX}`);
  const online = results.map((/** @type {{id: string}} */ card) => card.id).sort().join();
  if (online === shown()) return;
  if (await renew("#online-now")) polite(`${results.length || "No"} readers are online now.`);
}

/** Take one part of the page anew, unless somebody is in it. @param {string} part @returns {Promise<boolean>} */
async function renew(part) {
  const place = one(part);
  if (!place || place.contains(document.activeElement)) return false;
  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok || place.contains(document.activeElement)) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(part);
  if (!fresh) return false;
  place.replaceWith(document.adoptNode(fresh));
  local();
  return true;
}

setInterval(() => look().catch(() => {}), LOOK_MS);
local();
let known = "";
follow(() => "", (ids) => {
  const live = ids.sort().join();
  // More rooms may be live than the strip shows: only a change of the rooms asks for a new strip.
  if (live !== (known || roomsShown())) renew("#live-strip").catch(() => {});
  known = live;
});
