// @ts-check
/** The host's own streams on the checklist's page: copy the link, cancel, times where the host is. */
import { polite, toast } from "../../core/announce.js";
import { all, need } from "../../core/dom.js";
import * as requests from "./requests.js";

/** @param {string} url a path or an address */
export async function copyLink(url) {
  const address = new URL(url, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    toast({ tone: "ok", text: "The link is copied." });
  } catch {
    toast({ text: address, seconds: 30 });
  }
}

export function listMine() {
  for (const place of all("[data-local-time]")) {
    const at = new Date(place.getAttribute("datetime") || "");
    place.textContent = at.toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }
  for (const button of all("[data-copy]")) button.addEventListener("click", () => copyLink(button.dataset.copy || ""));
  const sheet = /** @type {HTMLDialogElement} */ (need("#cancel"));
  let chosen = "";
  for (const button of all("[data-cancel]")) {
    button.addEventListener("click", () => {
      chosen = button.dataset.cancel || "";
      need("[data-cancel-name]", sheet).textContent = button.dataset.title || "";
      sheet.showModal();
    });
  }
  need("[data-cancel-yes]", sheet).addEventListener("click", async () => {
    sheet.close();
    try {
      await requests.cancel(chosen);
      need(`[data-own="${CSS.escape(chosen)}"]`).remove();
      polite("Cancelled.");
    } catch (error) {
      toast({ tone: "bad", text: error instanceof Error ? error.message : "That did not work." });
    }
  });
}
