// @ts-check
/** The lists of microphones and cameras, filled from the browser and kept as the person's choice. */
import { one } from "../core/dom.js";
import { choices, remember } from "./choices.js";

/** Fill the lists inside `place`; devices have names once one of them was allowed. @param {HTMLElement} place */
export async function fillPickers(place) {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const chosen = choices();
  for (const [name, kind, on, id] of /** @type {[string, string, boolean, string][]} */ ([
    ["microphone", "audioinput", chosen.microphone, chosen.microphone_id],
    ["camera", "videoinput", chosen.camera, chosen.camera_id],
  ])) {
    const select = /** @type {HTMLSelectElement | null} */ (one(`select[name="${name}"]`, place));
    if (!select) continue;
    const known = devices.filter((device) => device.kind === kind && device.deviceId && device.deviceId !== "default");
    const options = known.map((device, n) => new Option(device.label || `${name} ${n + 1}`, device.deviceId));
    select.replaceChildren(new Option(`Usual ${name}`, ""), ...options, new Option(`Without ${name}`, "off"));
    select.value = !on ? "off" : known.some((device) => device.deviceId === id) ? id : "";
  }
}

/** Keep what was picked. @param {HTMLSelectElement} select named "camera" or "microphone" */
export function keepPicked(select) {
  const on = select.value !== "off";
  remember(select.name === "camera"
    ? { camera: on, camera_id: on ? select.value : "" }
    : { microphone: on, microphone_id: on ? select.value : "" });
}
