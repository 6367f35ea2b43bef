// Values as people read them: money with its currency, country by name, time by both clocks.
import { hasWord, word } from '../../core/js/words.js';
import { gathered } from './field-groups.js';
import { bothReadings, deviceZone, placeOf, readingsAt } from './time-reading.js';

export function language() {
  return document.documentElement.lang || 'en';
}

/** @param {string} amount canonical, such as `48.00` @param {string} currency */
export function readableMoney(amount, currency) {
  // before the first snapshot no currency is known
  if (amount === '' || currency === '') return '';
  const format = new Intl.NumberFormat(language(), { style: 'currency', currency });
  // a decimal string keeps its exactness, a number would not
  return format.format(/** @type {any} */ (amount));
}

/** @param {string} code ISO 3166-1 */
export function readableCountry(code) {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(language(), { type: 'region' }).of(code) ?? code;
}

/** @param {string} local @param {string} zone @returns {string} one line with both readings */
export function readableTime(local, zone) {
  const both = bothReadings(local, { zone, ownZone: deviceZone(), language: language() });
  return both ? timeWords(both, zone) : '';
}

/** @param {string} start local or with an offset @param {string} zone of the place */
export function readableInstant(start, zone) {
  if (start === '') return '';
  const local = /[Z+]|-\d\d:\d\d$/.test(start.slice(10)) ? '' : start.slice(0, 16);
  if (local) return readableTime(local, zone);
  const both = readingsAt(Date.parse(start), { zone, ownZone: deviceZone(), language: language() });
  return timeWords(both, zone);
}

/** @param {string} instant with its offset @returns {string} by this device's clock */
export function readableMoment(instant) {
  if (instant === '') return '';
  const format = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit' };
  return new Date(instant).toLocaleString(
    language(),
    /** @type {any} */ ({ ...format, minute: '2-digit' }),
  );
}

/** @param {string} instant with its offset @returns {string} the time of day by this device's clock; before today with its day */
export function readableClock(instant) {
  if (instant === '') return '';
  const at = new Date(instant);
  const today = at.toDateString() === new Date().toDateString();
  const clock = at.toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit' });
  if (today) return clock;
  return `${at.toLocaleDateString(language(), { day: 'numeric', month: 'short' })} ${clock}`;
}

/** @param {{place: string, own: string}} both @param {string} zone */
function timeWords(both, zone) {
  const words = both.own ? 'form.time_both' : 'form.time_one';
  return word(words, { time: both.place, place: placeOf(zone), own: both.own });
}

/**
 * @param {string} key of the field
 * @param {string} value
 * @param {{currency: string, zone: string}} form
 */
export function readable(key, value, { currency, zone }) {
  if (value === '') return word('form.nothing');
  if (isMoney(key) && !value.endsWith('%')) return readableMoney(value, currency);
  if (key === 'address.country') return readableCountry(value);
  if (key === 'time.start' || key === 'time.end') return readableTime(value, zone) || value;
  return value;
}

/** @param {string} key */
function isMoney(key) {
  const money = ['price', 'price.proposal', 'discount', 'delivery', 'deposit'];
  return money.includes(key) || /^line\.\d+\.price$/.test(key);
}

/** @param {Record<string, string>} values by field key or by bare name @returns {string[]} address lines, as on a parcel */
export function addressLines(values) {
  const part = (/** @type {string} */ name) => values[`address.${name}`] ?? values[name] ?? '';
  const town = [part('postal_code'), part('city')].filter(Boolean).join(' ');
  const lines = [part('line1'), part('line2'), town, part('region')];
  return [...lines, readableCountry(part('country'))].filter(Boolean);
}

/** @param {HTMLSelectElement} select names its country options in the page's language, in its order */
export function nameCountries(select) {
  const [first, ...rest] = /** @type {[HTMLOptionElement, ...HTMLOptionElement[]]} */ ([
    ...select.options,
  ]);
  for (const option of rest) option.textContent = readableCountry(option.value);
  const order = new Intl.Collator(language());
  rest.sort((a, b) => order.compare(a.text, b.text));
  select.replaceChildren(first, ...rest);
}

/** @param {string} key of two words, `key_one` and `key_other` @param {number} count */
export function plural(key, count) {
  const rule = new Intl.PluralRules(language()).select(count);
  const name = hasWord(`${key}_${rule}`) ? `${key}_${rule}` : `${key}_other`;
  return word(name, { count });
}

/** @param {readonly string[]} keys of fields @returns {string} “the address and a note”: a whole group by its name */
export function askedNames(keys) {
  return listed(gathered(keys).map((name) => word(`form.asked.${name}`)));
}

/** @param {string[]} keys of fields @returns {string} their labels, each once; a line by its number */
export function fieldNames(keys) {
  return listed([...new Set(keys.map(labelOf))]);
}

/** @param {string} key */
function labelOf(key) {
  const number = /^line\.(\d+)\./.exec(key)?.[1];
  return number ? word('form.field.line', { number }) : word(`form.field.${key}`);
}

/** @param {string[]} names */
function listed(names) {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}
