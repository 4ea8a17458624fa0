// @ts-check
/** Asking the host for a reading without leaving the room: the ordinary sheet of the reader's page. */
import { one } from "../core/dom.js";

let fetched = false;

/**
 * Open the request sheet, or the reader's page when there is nothing to ask for just now.
 * @param {string} slug the reader @param {string} [kind] chat, voice or video
 */
export async function askFor(slug, kind = "") {
  const page = `/readers/${encodeURIComponent(slug)}/${kind ? `?kind=${encodeURIComponent(kind)}` : ""}`;
  const there = `${page}#ask`;
  try {
    if (!(await place(page))) {
      location.assign(there);
      return;
    }
    const { asking } = await import("../ask/sheet.js");
    const open = Object.values(asking.kinds).filter((offer) => offer.is_open);
    if (!open.length || (kind && !asking.kinds[kind]?.is_open)) {
      location.assign(there);
      return;
    }
    await import("../pages/reader.js");
    choose(kind || open[0].kind);
    one("[data-ask]")?.click();
  } catch {
    location.assign(there);
  }
}

/** Bring the sheet into this page, once. @param {string} page @returns {Promise<boolean>} */
async function place(page) {
  if (fetched) return Boolean(one("#ask-sheet"));
  const answer = await fetch(page, { credentials: "same-origin" });
  if (!answer.ok) return false;
  const theirs = new DOMParser().parseFromString(await answer.text(), "text/html");
  const sheet = theirs.querySelector("#ask-sheet");
  const asking = theirs.querySelector("#asking");
  if (!sheet || !asking) return false;
  const opener = Object.assign(document.createElement("button"), { hidden: true, type: "button" });
  opener.dataset.ask = "";
  document.body.append(document.adoptNode(sheet), document.adoptNode(asking), opener);
  fetched = true;
  return true;
}

/** @param {string} kind */
function choose(kind) {
  const radio = /** @type {HTMLInputElement | null} */ (one(`#ask-sheet input[name="ask-kind"][value="${CSS.escape(kind)}"]`));
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}
