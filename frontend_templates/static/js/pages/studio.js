// @ts-check
/** /studio/live/: plan a stream, test the devices, see one's own streams. */
import { need, one } from "../core/dom.js";
import { Check } from "../live/studio/check.js";
import { listMine } from "../live/studio/mine.js";
import { Plan } from "../live/studio/plan.js";
import { choices } from "../room/choices.js";
import { allowed } from "../room/devices.js";

listMine();
if (one("[data-plan]")) plan();

function plan() {
  /** @type {Plan | null} */
  let form = null;
  const check = new Check(need("[data-check]"), () => form?.ready());
  form = new Plan({ ready: () => Boolean(check.stream), leave: () => check.close() });
  // Where the browser would not ask again, the picture is there at once.
  allowed("video", choices()).then((granted) => {
    if (granted) check.open();
  });
  addEventListener("pagehide", () => check.close());
}
