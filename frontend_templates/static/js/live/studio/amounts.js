// @ts-check
/** Amounts as people type them. */

/** "150", "$5.00", "4,50". @param {string} text @returns {number | null} whole cents, null when it is not an amount */
export function centsOf(text) {
  const found = /^\$?(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim().replace(/,(?=\d{3}(\D|$))/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "0").padEnd(2, "0")) : null;
}
