// @ts-check
/** How one line of the room's chat is drawn: a message, a gift, a word of the house. */
import { make } from "../core/dom.js";

/** @typedef {import("./shapes.js").Message} Message */
/** @typedef {import("./shapes.js").Gift} Gift */

const WORDS = /** @type {Record<string, string>} */ ({ host: "Host", moderator: "Moderator" });

/**
 * @param {Message} message @param {(message: Message) => void} onName what the name opens
 * @returns {HTMLElement}
 */
export function messageLine(message, onName) {
  const name = make("button", { type: "button", class: "who", tabindex: "-1", onclick: () => onName(message) }, message.sender_name);
  const badge = WORDS[message.role];
  return make("li", { class: message.role === "host" ? "of-host" : "", dataset: { id: message.message_id || "", sender: message.sender_id } },
    name, " ", badge ? make("span", { class: "badge" }, badge) : null, badge ? " " : null, make("span", { "data-text": true }, message.text), make("span", { class: "tiny faint", "data-mark": true }));
}

/** @param {Gift} gift @returns {HTMLElement} */
export const giftLine = (gift) => make("li", { class: "giftline", dataset: { gift: gift.id } },
  make("img", { src: gift.gift.art_url, alt: "" }), " ", make("b", {}, gift.sender_name), ` sent ${gift.gift.name}`, gift.combo > 1 ? ` \u00d7${gift.combo}` : "");

/** @param {string} words @returns {HTMLElement} */
export const houseLine = (words) => make("li", { class: "sys" }, words);
