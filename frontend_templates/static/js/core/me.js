// @ts-check
/**
 * The signed-in person's own line (`ws/v1/me/`): beats, notices, balance, readers' words, a knock.
 *
 * Every frame is also sent into the page as a `soulseer:<type>` event on `document`, its data as
 * `detail`. Calling `preventDefault()` on it stops what this module would have done by itself, so
 * the console answers a knock in its own way and the request sheet follows its own request.
 */
import { polite, toast } from "./announce.js";
import { all, one } from "./dom.js";
import { money } from "./money.js";
import { hush, knock } from "./ring.js";
import { RoomSocket } from "./socket.js";
import { WORDS, show } from "./statuses.js";
import { every } from "./ticker.js";

const BEAT_MS = 5000;

/** @type {RoomSocket | null} */
let line = null;

/** The person's line, null for visitors. */
export const me = () => line;

/** Open the line, once. */
export function start() {
  if (line || !document.body.dataset.user) return;
  line = new RoomSocket("me", {
    onFrame: hear,
    onState: (state, code) => tell("line", { state, code }),
  });
  every(BEAT_MS, () => line?.send("heartbeat"));
}

/** @param {string} name @param {unknown} detail @returns {boolean} false when someone else took it */
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`soulseer:${name}`, { detail, cancelable: true }));

/** @param {import("./socket.js").Frame} frame */
function hear({ type, data }) {
  if (!tell(type, data)) return;
  HEARD[type]?.(data);
}

/** @type {Record<string, (data: any) => void>} */
const HEARD = {
  snapshot({ unread, active_session }) {
    ringBell(unread);
    if (!active_session) one("[data-return-bar]")?.parentElement?.remove();
  },
  "reader-status"({ reader_id, status }) {
    show(reader_id, status);
  },
  "balance-updated"({ available_cents }) {
    for (const place of all("[data-balance]")) place.textContent = money(available_cents);
    one(".purse")?.setAttribute("aria-label", `Balance ${money(available_cents)}`);
  },
  notification({ title, body, url }) {
    ringBell(Number(one("[data-bell] .count")?.textContent || 0) + 1);
    toast({ title, text: body, url });
  },
  "incoming-request": (request) => knock(request),
  "request-cancelled": ({ session_id }) => hush(session_id, "They stopped asking. Nothing was charged."),
  "request-missed": ({ session_id }) => {
    hush(session_id, "The ring ended without an answer.");
    if (document.body.dataset.role === "client") toast({ text: "No answer this time. Nothing was charged." });
  },
  "request-declined": () => toast({ text: "They cannot take it now. Nothing was charged." }),
  "request-accepted": ({ session_id, url }) => {
    hush(session_id, "");
    if (location.pathname !== url) toast({ tone: "ok", title: "They said yes", text: "Nothing is charged until you are connected.", url, label: "Go in", seconds: 40 });
  },
  invite: ({ reader_name: name, kind, rate_per_minute_cents: rate, url }) => toast({
    tone: "ok", title: `${name} invites you to a ${kind} reading`, text: `${money(rate)} a minute. Nothing is charged until you are connected.`,
    url: `${url}?kind=${kind}#ask`, label: "Ask for it", seconds: 60,
  }),
  "reading-moved"({ state, url }) {
    const words = one("[data-state-words]");
    if (state === "ended") one("[data-return-bar]")?.parentElement?.remove();
    else if (words) words.textContent = state === "paused" ? "Paused, not charged" : "Running";
    if (state === "ended" && url && !location.pathname.startsWith("/sessions/")) toast({ text: "The reading is over.", url, label: "Receipt" });
  },
  status({ status, reason }) {
    if (status === "offline" && reason) toast({ tone: "warn", title: "You are offline now", text: reason, url: "/console/", label: "Console" });
    else polite(`You are ${(WORDS[status] || status).toLowerCase()} now.`);
  },
};

/** @param {number} unread */
function ringBell(unread) {
  const bell = one("[data-bell]");
  const count = one(".count", bell || undefined);
  if (!bell || !count) return;
  count.textContent = String(unread || 0);
  count.hidden = !unread;
  bell.setAttribute("aria-label", unread ? `Notices, ${unread} new` : "Notices");
}
