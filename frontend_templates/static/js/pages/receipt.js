// @ts-check
/** The receipt: its review, in the client's words and the reader's answer. */
import { ApiError, get, post, put } from "../core/api.js";
import { polite } from "../core/announce.js";
import { icon, need, one } from "../core/dom.js";

const place = need("[data-review]");
const path = `sessions/${place.dataset.review}/review/`;
const form = /** @type {HTMLFormElement | null} */ (one("[data-review-form]"));
const replyForm = /** @type {HTMLFormElement | null} */ (one("[data-reply-form]"));
const shown = need("[data-review-shown]");

/** @typedef {{stars: number, text: string, created_at: string, reply: string}} Review */

let exists = false;

/** @param {{review: Review | null, may_write: boolean, may_change: boolean, may_reply: boolean}} own */
function show({ review, may_write, may_change, may_reply }) {
  exists = Boolean(review);
  if (form) form.hidden = !may_write;
  shown.hidden = !review;
  const change = one("[data-review-change]");
  if (change) change.hidden = !may_change;
  if (replyForm) replyForm.hidden = !may_reply;
  const none = one("[data-no-review]");
  if (none) none.hidden = Boolean(review);
  if (review) draw(review);
}

/** @param {Review} review */
function draw(review) {
  const stars = need("[data-review-stars]");
  stars.replaceChildren(...Array.from({ length: review.stars }, () => icon("star")));
  stars.setAttribute("aria-label", `${review.stars} of 5`);
  need("[data-review-when]").textContent = new Date(review.created_at).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
  need("[data-review-text]").textContent = review.text;
  need("[data-review-text]").hidden = !review.text;
  const reply = need("[data-reply-shown]");
  reply.hidden = !review.reply;
  need("[data-reply-text]").textContent = review.reply;
  if (replyForm) /** @type {HTMLTextAreaElement} */ (need("textarea", replyForm)).value = review.reply;
  if (form) {
    const star = /** @type {HTMLInputElement | null} */ (one(`input[value="${review.stars}"]`, form));
    if (star) star.checked = true;
    /** @type {HTMLTextAreaElement} */ (need("textarea", form)).value = review.text;
  }
}

/** @param {HTMLFormElement} sent @param {() => Promise<unknown>} act @param {string} done */
async function submit(sent, act, done) {
  const button = /** @type {HTMLButtonElement} */ (need("button[type=submit]", sent));
  const word = need("[data-review-error]", sent);
  word.textContent = "";
  button.disabled = true;
  try {
    await act();
    show(await get(path));
    polite(done);
  } catch (error) {
    word.textContent = error instanceof ApiError ? error.message : "That did not arrive. Try again.";
  } finally {
    button.disabled = false;
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = new FormData(form);
  const body = { stars: Number(said.get("stars")), text: String(said.get("text") || "") };
  if (!body.stars) {
    need("[data-review-error]", form).textContent = "Choose one to five stars.";
    return;
  }
  submit(form, () => (exists ? put(path, body) : post(path, body)), "Thank you. Your review is shared.");
});
replyForm?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = /** @type {HTMLTextAreaElement} */ (need("textarea", replyForm)).value;
  submit(replyForm, () => put(`${path}reply/`, { text }), "Your answer is shared.");
});
one("[data-review-change]")?.addEventListener("click", () => {
  if (!form) return;
  form.hidden = false;
  shown.hidden = true;
  need("[data-review-send]", form).textContent = "Share the change";
  /** @type {HTMLElement | null} */ (one("input:checked", form))?.focus();
});

get(path).then(show).catch(() => { /* A reading that was never paid has nothing to review. */ });
