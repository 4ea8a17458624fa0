// @ts-check
/** Amounts and times in words. A page shows what the server said; nothing here multiplies. */

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} currency */
function formatOf(currency) {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : undefined, { style: "currency", currency });
    formats.set(currency, format);
  }
  return format;
}

/**
 * 399 -> "$3.99", -5 -> "−$0.05".
 * @param {number} cents @param {string} [currency]
 */
export const money = (cents, currency = "USD") => formatOf(currency).format(cents / 100).replace("-", "\u2212");

/** 761 -> "12:41", 3600 -> "1:00:00". @param {number} seconds */
export function clock(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const pad = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${pad(minutes)}:${pad(rest)}`;
}

/** 860 -> "14 min 20 s". @param {number} seconds */
export function spoken(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const [minutes, rest] = [Math.floor(left / 60), left % 60];
  if (!minutes) return `${rest} s`;
  return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
}
