// @ts-check
/** Small ways to find and make elements. Text is always set as text, never as markup. */

/**
 * The first element that matches, or null.
 * @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null}
 */
export const one = (selector, root = document) => root.querySelector(selector);

/**
 * Every element that matches.
 * @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]}
 */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)].map((each) => /** @type {HTMLElement} */ (each));

/**
 * The element that must be there.
 * @param {string} selector @param {ParentNode} [root] @returns {HTMLElement}
 * @throws {Error} when the page lacks it
 */
export function need(selector, root = document) {
  const found = one(selector, root);
  if (!found) throw new Error(`This page has no ${selector}`);
  return found;
}

/**
 * Make an element. `class`, `dataset` and `on…` listeners are understood, the rest are attributes;
 * an attribute that is null or false is left out, true is written empty.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * One icon of the sprite.
 * @param {string} name without the "i-" @param {string} [more] further classes
 * @returns {SVGSVGElement}
 */
export function icon(name, more = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `i ${more}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * The value of a `json_script` element.
 * @param {string} id @returns {any} null when the page has none
 */
export function json(id) {
  const held = document.getElementById(id);
  return held ? JSON.parse(held.textContent || "null") : null;
}

/**
 * True while the person types, so single keys must not act (WCAG 2.1.4).
 * @param {EventTarget | null} target
 */
export const typing = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Up to two initials of a name, for a face without a picture. @param {string} name */
export const initials = (name) => {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0].toUpperCase()).join("");
};
