/**
 * What somebody in the queue is told: their place, and an honest estimate or that there is none.
 * Pure.
 */

/** @typedef {{position: number, estimate_seconds: number | null}} Queue */
/** @typedef {{key: string, values: Record<string, number>}} Words */

/**
 * @param {Queue} queue
 * @param {string} language of the page; it decides how a number is put in order
 * @returns {Words[]} keys of the page's words, one sentence each
 */
export function queueWords({ position, estimate_seconds: seconds }, language) {
  return [placeWords(position, language), waitWords(seconds)];
}

/**
 * @param {number} place
 * @param {string} language
 * @returns {Words}
 */
function placeWords(place, language) {
  if (place <= 1) return { key: 'place-next', values: {} };
  const order = new Intl.PluralRules(language, { type: 'ordinal' }).select(place);
  return { key: `place-${order}`, values: { place } };
}

/**
 * @param {number | null} seconds
 * @returns {Words}
 */
function waitWords(seconds) {
  if (seconds === null || seconds === undefined) return { key: 'wait-unknown', values: {} };
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return minutes === 1
    ? { key: 'wait-minute', values: {} }
    : { key: 'wait-minutes', values: { minutes } };
}
