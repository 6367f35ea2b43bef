/**
 * A merchant's time as the visitor's own clock shows it. No DOM.
 */

/**
 * @param {Date} moment
 * @param {string | undefined} zone undefined is the visitor's
 */
function wall(moment, zone) {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' };
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ ...parts, minute: '2-digit' });
  const text = new Intl.DateTimeFormat('en-CA', { ...options, hourCycle: 'h23', timeZone: zone });
  const [day = '', time = ''] = text.format(moment).split(', ');
  return { day, time };
}

/**
 * The visitor's reading, with the weekday where the day is another; null where both clocks agree.
 * @param {string} iso
 * @param {string} zone the merchant's
 * @param {{ language?: string, own?: string }} [visitor]
 * @returns {string | null}
 */
export function ownReading(iso, zone, { language, own } = {}) {
  const moment = new Date(iso);
  const theirs = wall(moment, zone);
  const mine = wall(moment, own);
  if (mine.day === theirs.day && mine.time === theirs.time) return null;
  if (mine.day === theirs.day) return mine.time;
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: own });
  return `${weekday.format(moment)} ${mine.time}`;
}
