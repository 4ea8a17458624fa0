// @ts-check
/** For people without an account the server knows no time zone: their own browser does. */
import { all, one } from "../core/dom.js";

/** Write every instant of the page in the browser's own time. */
export function local() {
  if (document.body.dataset.user) return;
  const zone = one("[data-zone]");
  if (zone) zone.textContent = "times are yours";
  for (const place of all("time[data-when]")) {
    const at = new Date(place.getAttribute("datetime") || "");
    if (Number.isNaN(at.getTime())) continue;
    const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (place.dataset.when === "clock") place.textContent = clock;
    if (place.dataset.when === "time") place.textContent = `${at.toLocaleDateString([], { day: "numeric", month: "long" })}, ${clock}`;
    if (place.dataset.when === "day") place.replaceChildren(at.toLocaleDateString([], { weekday: "short" }), Object.assign(document.createElement("b"), { textContent: String(at.getDate()) }));
  }
}
