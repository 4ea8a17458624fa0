// @ts-check
/** "Remind me" of an announced room: pressed and pressed again, wherever the button stands. */
import { post, remove } from "../core/api.js";
import { polite, toast } from "../core/announce.js";
import { all } from "../core/dom.js";

/** @param {string} stream @param {boolean} chosen */
const mark = (stream, chosen) => {
  for (const button of all(`[data-remind="${CSS.escape(stream)}"]`)) button.setAttribute("aria-pressed", String(chosen));
};

/** @param {HTMLElement} button */
async function remind(button) {
  const stream = button.dataset.remind || "";
  const chosen = button.getAttribute("aria-pressed") !== "true";
  mark(stream, chosen);
  try {
    await (chosen ? post(`streams/${stream}/reminders/`) : remove(`streams/${stream}/reminders/`));
    polite(chosen ? `We will remind you of ${button.dataset.title}.` : `No reminder of ${button.dataset.title}.`);
  } catch (error) {
    mark(stream, !chosen);
    toast({ tone: "bad", text: error instanceof Error ? error.message : "That did not work." });
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-remind]") : null;
  if (button instanceof HTMLElement) remind(button);
});
