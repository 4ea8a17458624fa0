// @ts-check
/** The one who knocks, on the console: a card with 45 seconds, a soft bell, Accept `A`, Decline `D`. */
import { ApiError, post } from "../core/api.js";
import { assertive } from "../core/announce.js";
import { icon, initials, make, need, one, typing } from "../core/dom.js";
import { money } from "../core/money.js";
import { chime } from "../core/ring.js";
import { choices } from "./choices.js";

/** @typedef {import("../core/ring.js").Knock} Knock */

const ICONS = { chat: "chat", voice: "voice", video: "cam" };
const KINDS = { chat: "Chat", voice: "Voice", video: "Video" };
const CIRCLE = 132;

export class Doorbell {
  constructor() {
    this.place = need("[data-door]");
    this.nobody = one("[data-quiet-door]");
    /** @type {{id: string, timer: number, quiet: () => void} | null} */
    this.ringing = null;
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** A second message about the same knock changes nothing. @param {Knock} request */
  knock(request) {
    if (this.ringing?.id === request.session_id) return;
    this.hush();
    const card = this.card(request);
    this.place.replaceChildren(card);
    if (this.nobody) this.nobody.hidden = true;
    const seconds = () => Math.max(0, Math.ceil((Date.parse(request.expires_at) - Date.now()) / 1000));
    const total = Math.max(1, seconds());
    const tick = () => {
      const left = seconds();
      need("[data-left]", card).textContent = String(left);
      card.querySelector("[data-arc]")?.setAttribute("stroke-dasharray", `${((CIRCLE * left) / total).toFixed(1)} ${CIRCLE}`);
      if (!left) this.leave("The ring ended without an answer", "They were told that nothing was charged.");
    };
    this.ringing = { id: request.session_id, timer: Number(setInterval(tick, 500)), quiet: chime() };
    tick();
    need("[data-accept]", card).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    const cap = request.cap_cents ? `, stops at ${money(request.cap_cents)}` : ", no cap";
    assertive(`${request.client_name} asks for a ${request.kind} reading${cap}. Accept with A, decline with D.`);
  }

  /** @param {string} id */
  rings(id) {
    return this.ringing?.id === id;
  }

  /** Stop the bell and say what became of it. @param {string} title @param {string} words */
  leave(title, words) {
    this.hush();
    this.place.replaceChildren();
    if (!this.nobody) return;
    this.nobody.hidden = false;
    need("[data-door-title]", this.nobody).textContent = title;
    need("[data-door-words]", this.nobody).textContent = words;
    assertive(`${title}. ${words}`);
  }

  hush() {
    if (!this.ringing) return;
    clearInterval(this.ringing.timer);
    this.ringing.quiet();
    this.ringing = null;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.ringing || !choices().keys || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key.toLowerCase() === "a") this.answer("accept");
    if (event.key.toLowerCase() === "d") this.answer("decline");
  }

  /** @param {"accept" | "decline"} how */
  async answer(how) {
    const id = this.ringing?.id;
    if (!id) return;
    const buttons = this.place.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      await post(`sessions/${id}/${how}/`, {}, { key: `${how}-${id}` });
    } catch (error) {
      if (error instanceof ApiError && error.status === 0) {
        for (const button of buttons) button.disabled = false;
        assertive(error.message);
        return;
      }
      this.leave("That knock is over", error instanceof Error ? error.message : "");
      return;
    }
    if (how === "accept") {
      this.hush();
      location.assign(`/sessions/${id}/`);
    } else this.leave("Declined", "They were told that nothing was charged.");
  }

  /** @param {Knock} request @returns {HTMLElement} */
  card(request) {
    const cap = request.cap_cents ? make("span", {}, " Stops at ", make("span", { class: "num" }, money(request.cap_cents)), ".") : " No cap.";
    const times = request.past_readings;
    return make("article", { class: "card call incoming stack", "aria-labelledby": "knock" },
      make("div", { class: "row nowrap" }, make("p", { class: "kicker fill" }, "Someone is at the door"), ring()),
      make("div", { class: "row" }, make("span", { class: "avatar lg orbit", "aria-hidden": "true" }, initials(request.client_name)),
        make("div", { class: "grow" }, make("h2", { id: "knock" }, request.client_name),
          make("p", { class: "small soft" }, icon(ICONS[request.kind]), ` ${KINDS[request.kind]}, `,
            make("span", { class: "num" }, `${money(request.rate_per_minute_cents)}/min`), ".", cap))),
      request.question ? make("blockquote", { class: "ask" }, `\u201c${request.question}\u201d`) : null,
      make("p", { class: "small soft" }, icon("receipt"), times ? ` ${times} reading${times === 1 ? "" : "s"} with you before.` : " Their first reading with you."),
      make("div", { class: "answer" },
        make("button", { type: "button", class: "btn rose", "data-accept": true, "aria-keyshortcuts": "A", onclick: () => this.answer("accept") },
          icon(ICONS[request.kind]), " Accept", make("kbd", {}, "A")),
        make("button", { type: "button", class: "btn", "data-decline": true, "aria-keyshortcuts": "D", onclick: () => this.answer("decline") }, "Decline", make("kbd", {}, "D"))),
      make("p", { class: "tiny faint" }, "They see \u201cno charge\u201d if you decline."));
  }
}

/** The seconds left, in a ring of gold. */
function ring() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  for (const stroke of ["var(--line)", "var(--gold)"]) {
    const circle = document.createElementNS(space, "circle");
    for (const [name, value] of Object.entries({ cx: "24", cy: "24", r: "21", fill: "none", stroke, "stroke-width": "3", "stroke-linecap": "round" })) circle.setAttribute(name, value);
    if (stroke === "var(--gold)") {
      circle.setAttribute("data-arc", "");
      circle.setAttribute("transform", "rotate(-90 24 24)");
    }
    svg.append(circle);
  }
  return make("span", { class: "ringleft" }, svg, make("span", { class: "timer", "data-left": true }), make("span", { class: "sr" }, " seconds to answer"));
}
