// How long somebody still has, in the reader's language. No DOM.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {[number, string][]} */
const UNITS = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

/**
 * The two largest units, the smaller one only where it says something: “6 days 23 hours”, “12
 * minutes”, “9 seconds”.
 * @param {number} ms
 * @param {string} language
 * @returns {string} empty when nothing is left
 */
export function timeLeft(ms, language) {
  if (ms < SECOND) return '';
  const first = UNITS.findIndex(([size]) => ms >= size);
  const shown = UNITS.slice(first, first + 2).map(([size, unit], place) => {
    const whole = place === 0 ? ms : ms % (UNITS[first]?.[0] ?? 1);
    return { count: Math.floor(whole / size), unit };
  });
  // nobody reads seconds beside minutes
  const kept = shown.filter(
    ({ count, unit }, place) => place === 0 || (count > 0 && unit !== 'second'),
  );
  return kept.map(({ count, unit }) => written(count, unit, language)).join(' ');
}

/** @param {number} ms @returns {number} after how long the words change */
export function nextTick(ms) {
  return ms > MINUTE ? (ms % MINUTE) + 1 : SECOND;
}

/** @param {number} count @param {string} unit @param {string} language */
function written(count, unit, language) {
  const options = { style: 'unit', unit, unitDisplay: 'long' };
  return new Intl.NumberFormat(language, /** @type {any} */ (options)).format(count);
}
