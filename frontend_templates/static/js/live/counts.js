// @ts-check
/** How many watch each room that is shown, asked now and then while somebody looks. */
import { get } from "../core/api.js";
import { all } from "../core/dom.js";

const ASK_MS = 10_000;
const ASKED_MAX = 50;

/**
 * Keep the counts true, and tell when the rooms themselves are others.
 * @param {() => string} query what follows "?state=live" in the question
 * @param {(ids: string[]) => void} onOthers called with the ids that are live now
 */
export function follow(query, onOthers) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const { results } = await get(`streams/?state=live&limit=${ASKED_MAX}${query()}`);
      show(results);
      onOthers(results.map((/** @type {{id: string}} */ room) => room.id));
    } catch { /* The next time will do. */ }
  }, ASK_MS);
}

/** @param {{id: string, viewers: number}[]} rooms */
function show(rooms) {
  for (const { id, viewers } of rooms) {
    for (const place of all(`[data-viewers="${CSS.escape(id)}"]`)) {
      const words = String(viewers);
      if (place.textContent !== words) place.textContent = words;
    }
  }
}

/** The rooms shown as live, as one string. @param {ParentNode} [root] */
export const shown = (root) => all("[data-live-card]", root).map((card) => card.dataset.liveCard).sort().join();
