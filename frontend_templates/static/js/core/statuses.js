// @ts-check
/** Readers' words on cards: edited in place, by the person's own line, or for visitors by asking. */
import { get } from "./api.js";
import { all } from "./dom.js";

export const WORDS = /** @type {Record<string, string>} */ ({ online: "Online", busy: "In a reading", offline: "Offline" });
const ASK_MS = 15_000;
const ASKED_MAX = 100;

/** Edit the word of one reader wherever it stands. @param {string} reader @param {string} status */
export function show(reader, status) {
  for (const word of all(`[data-reader-status="${CSS.escape(reader)}"]`)) {
    word.dataset.is = status;
    word.textContent = WORDS[status] || status;
  }
}

/** Visitors have no line of their own, so they ask now and then, while they look. */
export function askNowAndThen() {
  if (!all("[data-reader-status]").length) return;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      compare((await get(`readers/?limit=${ASKED_MAX}`)).results);
    } catch { /* The next time will do. */ }
  }, ASK_MS);
}

/**
 * Online and busy readers come first in the list, so one that is missing from it is offline.
 * @param {{id: string, status: string, kinds_online: string[]}[]} cards
 */
function compare(cards) {
  const known = new Map(cards.map((card) => [card.id, card]));
  for (const word of all("[data-reader-status]")) {
    const reader = word.dataset.readerStatus || "";
    const status = known.get(reader)?.status || "offline";
    if (word.dataset.is === status) continue;
    show(reader, status);
    const detail = { reader_id: reader, status, kinds: known.get(reader)?.kinds_online || [] };
    document.dispatchEvent(new CustomEvent("soulseer:reader-status", { detail }));
  }
}
