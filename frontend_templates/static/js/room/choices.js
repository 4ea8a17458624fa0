// @ts-check
/** What the person chose before, kept in this browser only. */

const KEY = "soulseer.room";

/** @type {import("./shapes.js").Choices} */
const FIRST = { microphone: true, camera: true, microphone_id: "", camera_id: "", keys: true, checked: false };

/** @returns {import("./shapes.js").Choices} */
export function choices() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(KEY) || "{}") };
  } catch {
    return { ...FIRST };
  }
}

/** @param {Partial<import("./shapes.js").Choices>} changed */
export function remember(changed) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...choices(), ...changed }));
  } catch {
    // A private window may refuse; the choice then lasts for this reading.
  }
}
