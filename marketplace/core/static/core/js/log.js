/**
 * The last few things that happened, kept in the page for a person who reports a fault.
 * Descriptions, candidates and field values are never written here: only words and codes.
 */

const LIMIT = 100;

/** @typedef {{at: number, area: string, words: string}} Entry */

/** @type {Entry[]} */
const entries = [];

/**
 * Note something that is worth knowing when a call went wrong.
 * @param {string} area which part speaks, such as `socket` or `peer`
 * @param {string} words what happened
 */
export function note(area, words) {
  entries.push({ at: Math.round(performance.now()), area, words });
  if (entries.length > LIMIT) entries.shift();
}

/**
 * Note a fault and show it in the browser's console.
 * @param {string} area
 * @param {unknown} error
 */
export function fault(area, error) {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  note(area, words);
  console.warn(`[${area}] ${words}`);
}

/** @returns {Entry[]} a copy, oldest first */
export function recent() {
  return [...entries];
}
