// @ts-check
/** The list page: addresses without empty filters, slider words, the filters in a sheet on a phone. */
import { all, one } from "../core/dom.js";
import { money } from "../core/money.js";

const form = /** @type {HTMLFormElement | null} */ (one("#filters"));
const sheet = /** @type {HTMLDialogElement | null} */ (one("#filter-sheet"));

/** A slider at its end asks nothing. @param {HTMLInputElement} slider */
const asksNothing = (slider) => slider.value === slider.dataset.any;

/** @param {HTMLInputElement} slider */
function word(slider) {
  const place = one(`[data-slider-word="${slider.name}"]`);
  const words = asksNothing(slider) ? slider.dataset.anyWord || "" : money(Number(slider.value));
  if (place) place.textContent = words;
  slider.setAttribute("aria-valuetext", words);
}

const sliders = /** @type {HTMLInputElement[]} */ (all("input[type=range]"));
for (const slider of sliders) {
  word(slider);
  slider.addEventListener("input", () => word(slider));
}

document.addEventListener("htmx:configRequest", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.elt !== form) return;
  const asked = detail.parameters;
  for (const name of Object.keys(asked)) if (asked[name] === "") delete asked[name];
  for (const slider of sliders) if (asksNothing(slider)) delete asked[slider.name];
  if (asked.sort === "recommended") delete asked.sort;
});
form?.addEventListener("submit", () => {
  for (const slider of sliders) slider.disabled = asksNothing(slider);
  setTimeout(() => { for (const slider of sliders) slider.disabled = false; });
});

/** On a phone the one form moves into the sheet while it is open. */
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-opens=filter-sheet]") && form) one("#filters-place")?.append(form);
}, { capture: true });
sheet?.addEventListener("close", () => { if (form) one("#filters-home")?.append(form); });
