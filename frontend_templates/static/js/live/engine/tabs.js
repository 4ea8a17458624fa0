// @ts-check
/**
 * The engine keeps one connection per person and stream, the newest. Two tabs that both come back
 * by themselves would push each other out for ever, so the older one steps back.
 */

/**
 * Be the tab of this browser that holds `name`.
 * @param {string} name @param {() => void} onTaken another tab has taken it
 * @returns {() => void} gives it up
 */
export function alone(name, onTaken) {
  let free = () => {};
  const held = new Promise((resolve) => { free = () => resolve(undefined); });
  navigator.locks?.request(lockOf(name), { steal: true }, () => held).catch(() => onTaken());
  return free;
}

/** Whether a tab of this browser holds `name`. @param {string} name @returns {Promise<boolean>} */
export async function taken(name) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some((lock) => lock.name === lockOf(name));
}

/** @param {string} name */
const lockOf = (name) => `soulseer.live.${name}`;
