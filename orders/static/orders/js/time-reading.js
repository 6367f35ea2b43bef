// One agreed local time, read by both sides: in the zone of the service and on the reader's own clock.

const DAY = 86_400_000;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/;

/** @param {number} instant @param {string} zone @returns {number} what the zone's clock shows then, as if it were UTC */
function clockOf(instant, zone) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = format.formatToParts(instant);
  const part = (/** @type {string} */ type) =>
    Number(parts.find((found) => found.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/**
 * The instant a local time means in a zone: the first where the clock shows it twice, null where it
 * shows it never or the text is no time.
 * @param {string} local `YYYY-MM-DDTHH:MM`
 * @param {string} zone
 * @returns {number | null}
 */
export function instantOf(local, zone) {
  const match = LOCAL.exec(local);
  if (!match) return null;
  const part = (/** @type {number} */ index) => Number(match[index]);
  const wanted = Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5));
  const offsets = [wanted - DAY, wanted + DAY].map((at) => clockOf(at, zone) - at);
  const found = offsets
    .map((offset) => wanted - offset)
    .filter((at) => clockOf(at, zone) === wanted);
  return found.length > 0 ? Math.min(...found) : null;
}

/** @param {string} zone `Europe/Vienna` @returns {string} the place in it, `Vienna` */
export function placeOf(zone) {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY_OF = { weekday: 'short', day: 'numeric', month: 'short' };

/**
 * @param {number} instant
 * @param {string} zone
 * @param {string} language
 * @param {boolean} [withDay]
 */
export function readingOf(instant, zone, language, withDay = true) {
  const day = withDay ? DAY_OF : {};
  const time = { ...day, timeZone: zone, hour: 'numeric', minute: '2-digit' };
  const format = new Intl.DateTimeFormat(language, /** @type {any} */ (time));
  return format.format(instant);
}

/**
 * Both readings of an instant; `own` is empty when the reader's clock shows the same.
 * @param {number} instant
 * @param {{zone: string, ownZone: string, language: string}} where
 */
export function readingsAt(instant, { zone, ownZone, language }) {
  const [there, here] = [clockOf(instant, zone), clockOf(instant, ownZone)];
  const sameDay = Math.floor(there / DAY) === Math.floor(here / DAY);
  const own = there === here ? '' : readingOf(instant, ownZone, language, !sameDay);
  return { place: readingOf(instant, zone, language), own };
}

/**
 * Both readings of a local time; null where it is none.
 * @param {string} local
 * @param {{zone: string, ownZone: string, language: string}} where
 * @returns {{place: string, own: string} | null}
 */
export function bothReadings(local, where) {
  const instant = instantOf(local, where.zone);
  return instant === null ? null : readingsAt(instant, where);
}

/** @returns {string} the zone of this device */
export function deviceZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
