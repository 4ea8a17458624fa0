// @ts-check
/** The room's sentences: what a state or an end is called, and what it costs. */
import { money, spoken } from "../core/money.js";

/** @typedef {import("./shapes.js").Session} Session */
/** @typedef {import("./shapes.js").RoomConfig} RoomConfig */

/** The strip's notice, "" while the clock runs. @param {Session} session @param {RoomConfig} config @param {boolean} here false while our own line is down */
export function notice(session, { peer_name, role }, here) {
  if (session.state === "requested") return "Ringing, not charged";
  if (session.state === "connecting") return "Connecting, not charged";
  if (session.state === "paused") {
    const waiting = session.reason === "reader_silent" && role === "client";
    return waiting ? `Waiting for ${peer_name}, not charged` : "Paused, not charged";
  }
  if (session.state === "active") return here ? "" : "Your line is quiet";
  return "Ended";
}

/** Whose line is lost, as a heading. @param {string | null} reason @param {RoomConfig} config */
export function lost(reason, { peer_name, role }) {
  const mine = reason === (role === "client" ? "client_away" : "reader_away");
  if (reason === "reader_silent") return role === "client" ? `Waiting for ${peer_name}` : "They wait for your words";
  if (reason === "both_away") return "The line went quiet";
  return mine ? "Your line went quiet" : `${peer_name}\u2019s line went quiet`;
}

/** @type {Record<string, (name: string, role: string) => string>} */
const CAUSES = {
  client: (name, role) => (role === "client" ? "You ended the reading" : `${name} ended the reading`),
  reader: (name, role) => (role === "reader" ? "You ended the reading" : `${name} ended the reading`),
  funds: () => "The funds were used up",
  cap: () => "The spend cap was reached",
  max: () => "The longest reading is one hour",
  technical: () => "The line did not come back",
  admin: () => "Our team ended the reading",
  frozen: () => "An account was suspended",
  unanswered: (name, role) => (role === "client" ? `${name} did not answer` : "The ring ended without an answer"),
  declined: (name, role) => (role === "client" ? `${name} cannot take it now` : "You declined"),
  cancelled: (name, role) => (role === "client" ? "You cancelled" : `${name} cancelled`),
};

/** The heading of the end. @param {string} cause @param {RoomConfig} config */
export const cause = (cause, { peer_name, role }) => (CAUSES[cause] ?? (() => "The reading is over"))(peer_name, role);

/** Time runs short, and what stops it. @param {string} left @param {string} why @param {RoomConfig} config */
export function timeShort(left, why, { peer_name, role }) {
  const client = role === "client";
  if (why === "max") return `About ${left} left. The longest reading is one hour.`;
  if (why === "cap") return client ? `About ${left} until your spend cap. We pause there, and you may raise it.` : `About ${left} until ${peer_name}\u2019s spend cap.`;
  return client ? `About ${left} left. We will pause, not charge, at the end.` : `About ${left} of ${peer_name}\u2019s funds are left.`;
}

/** What it lasted and cost. @param {import("./shapes.js").Ending} ending @param {RoomConfig} config */
export function sum({ billed_seconds, total_cents, earned_cents }, { role, currency }) {
  if (!billed_seconds && !total_cents) return "Nothing was charged.";
  const amount = role === "reader" ? `you earn ${money(earned_cents ?? 0, currency)}` : `you paid ${money(total_cents ?? 0, currency)}`;
  return `${spoken(billed_seconds)}, ${amount}.`;
}
