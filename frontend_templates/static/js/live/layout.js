// @ts-check
/**
 * One chat log and one form for both widths: on a wide screen they stand in the card, on a phone the
 * log lies over the picture and the form in the dock. On a phone the gifts are a sheet.
 */
import { all, need, one } from "../core/dom.js";
import { polite } from "../core/announce.js";

const SWIPE_PX = 60;
const wide = matchMedia("(width >= 60rem)");

/** @param {() => void} onMoved the log moved: its end should be in view */
export function arrange(onMoved) {
  const place = () => {
    const over = need("[data-overchat]");
    const home = need("[data-chat-home]");
    const log = need("[data-log]");
    const pin = need("[data-pin]");
    const pause = need("[data-pause]");
    (wide.matches ? home : over).append(log);
    if (wide.matches) {
      home.before(pin);
      need("[data-chat-head]").append(pause);
    } else over.prepend(pin, pause);
    need(wide.matches ? "[data-composer-home]" : "[data-dock-say]").append(need("[data-say]"));
    closeTray(false);
    onMoved();
  };
  wide.addEventListener("change", place);
  place();
  trays();
  swipes();
  fullScreen();
}

function trays() {
  const tray = one("[data-tray]");
  const opener = one("[data-tray-opens]");
  if (!tray || !opener) return;
  opener.addEventListener("click", () => (tray.classList.contains("open") ? closeTray() : openTray()));
  one("[data-tray-close]")?.addEventListener("click", () => closeTray());
  tray.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && tray.classList.contains("open")) closeTray();
  });
}

function openTray() {
  const tray = need("[data-tray]");
  tray.classList.add("open");
  need("[data-tray-opens]").setAttribute("aria-expanded", "true");
  need("[data-gift-slot]").prepend(need("[data-pending-home]"));
  (one("input:checked", tray) ?? tray).focus({ preventScroll: true });
}

/** What still can be undone stays in view when the sheet is gone. @param {boolean} [back] whether the focus goes back to the button */
function closeTray(back = true) {
  const tray = one("[data-tray]");
  if (!tray) return;
  const was = tray.classList.contains("open");
  tray.classList.remove("open");
  need("[data-tray-opens]").setAttribute("aria-expanded", "false");
  if (wide.matches) need("[data-gift-slot]").prepend(need("[data-pending-home]"));
  else need("[data-dock]").prepend(need("[data-pending-home]"));
  if (was && back) need("[data-tray-opens]").focus();
}

/** A swipe to the side, or the button, takes the chat off the picture and brings it back. */
function swipes() {
  const scene = need(".player .scene");
  const button = need("[data-hide-chat]");
  const hide = (/** @type {boolean} */ away) => {
    scene.classList.toggle("chat-away", away);
    button.setAttribute("aria-pressed", String(away));
    polite(away ? "The chat is hidden." : "The chat is shown.");
  };
  button.addEventListener("click", () => hide(!scene.classList.contains("chat-away")));
  let from = { x: 0, y: 0 };
  scene.addEventListener("pointerdown", (event) => { from = { x: event.clientX, y: event.clientY }; });
  scene.addEventListener("pointerup", (event) => {
    const [right, down] = [event.clientX - from.x, event.clientY - from.y];
    if (wide.matches || event.pointerType === "mouse" || Math.abs(right) < SWIPE_PX || Math.abs(down) > Math.abs(right) / 2) return;
    hide(!scene.classList.contains("chat-away"));
  });
}

function fullScreen() {
  const button = need("[data-full-screen]");
  const scene = need(".player .scene");
  if (!document.fullscreenEnabled) button.hidden = true;
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : scene.requestFullscreen()).catch(() => {}));
  document.addEventListener("fullscreenchange", () => {
    for (const each of all("[data-full-screen]")) each.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  });
}
