// @ts-check
/** /studio/live/<id>/: read what the template says and open the studio; an ended stream shows its summary. */
import { json, one } from "../core/dom.js";
import { start } from "../core/me.js";
import { Studio } from "../live/studio/studio.js";

// The person's own line: a knock from an invited viewer rings in here.
start();

const place = one("[data-studio]")?.dataset;
if (place) {
  new Studio({
    id: place.stream || "",
    share_url: place.share || "",
    live: place.state === "live",
    started_at: place.started || null,
    kinds: json("kinds") ?? [],
  }).begin();
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
