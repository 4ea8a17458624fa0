// @ts-check
/** How the picture leaves this machine, in words first: Good, Fair, Weak, Lost. */
import { need } from "../../core/dom.js";

/** @typedef {import("../engine/shapes.js").Health} Health */

const WORDS = ["Lost", "Weak", "Fair", "Good", "Good"];

/** @param {Health} health @param {boolean} camera whether pictures should leave @returns {number} 0 to 4 */
export function levelOf({ kbps, loss_pct, fps }, camera) {
  if (!kbps) return 0;
  if (loss_pct > 8 || (camera && fps < 8)) return 1;
  if (loss_pct > 3 || (camera && fps < 16)) return 2;
  return loss_pct > 1 ? 3 : 4;
}

/** @param {Health} health @param {number} level */
function adviceOf(health, level) {
  if (level > 2) return "";
  if (!level) return "Nothing leaves this machine. We are coming back by ourselves.";
  if (health.limited === "cpu") return "This machine is busy. Close other programs, or switch the camera off for a while.";
  if (health.loss_pct > 3) return "The line loses parts of your picture. Move closer to the router, or use a cable.";
  return "The picture is slow. Viewers hear you well; better light often helps a camera.";
}

/** @param {Health} health @param {boolean} camera */
export function showHealth(health, camera) {
  const level = levelOf(health, camera);
  put("[data-kbps]", `${health.kbps.toLocaleString("en")} kbit/s`);
  put("[data-loss]", `${health.loss_pct} %`);
  put("[data-fps]", camera ? `${health.fps} a second` : "none");
  put("[data-rtt]", health.rtt_ms === null ? "–" : `${health.rtt_ms} ms`);
  put("[data-health-word]", WORDS[level]);
  put("[data-line-word]", WORDS[level]);
  need("[data-line-bars]").dataset.level = String(level);
  const advice = need("[data-advice]");
  advice.textContent = adviceOf(health, level);
  advice.hidden = !advice.textContent;
}

/** @param {string} selector @param {string} text */
function put(selector, text) {
  const place = need(selector);
  if (place.textContent !== text) place.textContent = text;
}
