// @ts-check
/** Home: the cards of those who are online follow those who come and go. */
import { get } from "../core/api.js";
import { polite } from "../core/announce.js";
import { all, one } from "../core/dom.js";

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
  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok || place.contains(document.activeElement)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#online-now");
  if (!fresh) return;
  place.replaceWith(document.adoptNode(fresh));
  polite(`${results.length || "No"} readers are online now.`);
}

setInterval(() => look().catch(() => {}), LOOK_MS);
