// @ts-check
/** Who gave most, tonight and of all time, and how far the goal is. */
import { get } from "../core/api.js";
import { all, initials, make, need } from "../core/dom.js";
import { money } from "../core/money.js";

/** @typedef {import("./shapes.js").Leaderboard} Leaderboard */
/** @typedef {import("./shapes.js").Goal} Goal */

const TITLES = /** @type {Record<string, string>} */ ({ session: "Given tonight", all: "Given of all time" });
const NONE = /** @type {Record<string, string>} */ ({ session: "No gift yet. The first one stands here.", all: "No gift yet, in any room." });

export class Board {
  /** @param {import("./shapes.js").Config} config */
  constructor(config) {
    this.config = config;
    this.span = "session";
    /** @type {Leaderboard} */
    this.tonight = { rows: [], total_cents: 0 };
    for (const pill of all("[data-span]")) pill.addEventListener("click", () => this.choose(pill.dataset.span || "session"));
  }

  /** @param {Leaderboard} board */
  hear(board) {
    this.tonight = board;
    if (board.goal !== undefined) goal(board.goal, this.config.currency);
    if (this.span === "session") this.draw(board);
  }

  /** @param {string} span */
  async choose(span) {
    this.span = span;
    for (const pill of all("[data-span]")) pill.setAttribute("aria-pressed", String(pill.dataset.span === span));
    need("[data-board-title]").textContent = TITLES[span];
    if (span === "session") return this.draw(this.tonight);
    try {
      const board = await get(`streams/${this.config.id}/leaderboard/?span=${span}`);
      if (this.span === span) this.draw(board);
    } catch (error) {
      this.draw({ rows: [], total_cents: 0 }, error instanceof Error ? error.message : "");
    }
    return undefined;
  }

  /** @param {Leaderboard} board @param {string} [words] */
  draw({ rows }, words = NONE[this.span]) {
    const { user_id: me, currency } = this.config;
    need("[data-board-rows]").replaceChildren(...rows.map((row) => make("li", {},
      make("span", { class: "place" }, String(row.place)),
      make("span", { class: "avatar sm", "aria-hidden": "true" }, row.user_id ? initials(row.name) : "\u263e"),
      make("span", {}, row.user_id && row.user_id === me ? `${row.name}, you` : row.name),
      make("span", { class: "money" }, money(row.total_cents, currency)))));
    const empty = need("[data-board-empty]");
    empty.hidden = rows.length > 0;
    empty.textContent = words;
  }
}

/** @param {Goal | null} wish @param {string} currency */
export function goal(wish, currency) {
  const place = need("[data-goal]");
  place.hidden = !wish;
  if (!wish) return;
  need("[data-goal-title]").textContent = wish.title;
  need("[data-goal-reached]").textContent = money(wish.reached_cents, currency);
  need("[data-goal-cents]").textContent = money(wish.cents, currency);
  fill(wish.reached_cents, wish.cents);
}

/** @param {number} reached @param {number} cents */
export function fill(reached, cents) {
  const meter = need("[data-goal-meter]");
  const part = cents ? Math.min(100, Math.floor((100 * reached) / cents)) : 0;
  meter.style.setProperty("--v", String(part));
  meter.setAttribute("aria-valuenow", String(part));
}
