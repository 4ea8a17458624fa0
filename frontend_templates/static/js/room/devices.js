// @ts-check
/** Opening camera and microphone: the camera only for video, nothing at all for chat. */

/** @typedef {import("./shapes.js").Kind} Kind */
/** @typedef {{stream: MediaStream | null, refused: string}} Opened refused: "", "blocked", "missing" or "busy" */

/** @param {Kind} kind @returns {("audio" | "video")[]} what this kind of reading carries */
export const mediaOf = (kind) => (kind === "video" ? ["audio", "video"] : kind === "voice" ? ["audio"] : []);

/**
 * Open what was chosen; when the camera fails, the microphone alone is tried.
 * @param {Kind} kind @param {import("./shapes.js").Choices} chosen @returns {Promise<Opened>}
 */
export async function open(kind, chosen) {
  const audio = kind !== "chat" && chosen.microphone ? wish(chosen.microphone_id, { echoCancellation: true, noiseSuppression: true }) : false;
  const video = kind === "video" && chosen.camera
    ? wish(chosen.camera_id, { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" })
    : false;
  if (!audio && !video) return { stream: null, refused: "" };
  if (!navigator.mediaDevices) return { stream: null, refused: "blocked" };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio, video }), refused: "" };
  } catch (error) {
    const refused = word(error);
    if (!audio || !video) return { stream: null, refused };
    const { stream } = await alone({ audio }, { video });
    return { stream, refused };
  }
}

/** @param {...MediaStreamConstraints} tries @returns {Promise<{stream: MediaStream | null}>} the first that opens */
async function alone(...tries) {
  for (const constraints of tries) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(constraints) };
    } catch {
      // The next one may be allowed.
    }
  }
  return { stream: null };
}

/** @param {string} id @param {MediaTrackConstraints} constraints @returns {MediaTrackConstraints} */
const wish = (id, constraints) => (id ? { ...constraints, deviceId: { ideal: id } } : constraints);

/** @param {unknown} error */
function word(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "blocked";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

/** True when the browser would not ask again for what was chosen. @param {Kind} kind @param {import("./shapes.js").Choices} chosen */
export async function allowed(kind, chosen) {
  const names = [...(chosen.microphone ? ["microphone"] : []), ...(kind === "video" && chosen.camera ? ["camera"] : [])];
  try {
    const answers = await Promise.all(names.map((name) => navigator.permissions.query({ name: /** @type {PermissionName} */ (name) })));
    return answers.every((answer) => answer.state === "granted");
  } catch {
    return false;
  }
}

/** The steps out of a blocked permission, for this browser. */
export function unblocking() {
  const agent = navigator.userAgent;
  if (/Firefox/.test(agent)) return "Click the crossed-out icon left of the address, clear the block, then try again.";
  if (/iPhone|iPad/.test(agent)) return "Open Settings, Safari, then Camera and Microphone, choose Allow, then try again.";
  if (/Safari/.test(agent) && !/Chrome/.test(agent)) return "Open Safari, Settings for This Website, allow camera and microphone, then try again.";
  return "Click the icon left of the address, switch camera and microphone on, then try again.";
}
