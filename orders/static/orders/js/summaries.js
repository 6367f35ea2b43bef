// What is being agreed or was ordered, as the lines and rows of a receipt: the form and the order
// give the same shape, so that one can be held against the other.
/** @import { FormSync } from './form-sync.js' */
/** @import { OrderSummary, OrderTotals, Seller } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { amountText, linesOf, totalsOf } from './pricing.js';
import { addressLines, readableInstant, readableMoney, readableTime } from './readable.js';

/** @typedef {{number: number, description: string, detail: string, total: string, photo: string, done: boolean}} Line */
/**
 * @typedef {object} Summary
 * @property {Seller} seller
 * @property {Line[]} lines
 * @property {Record<string, string>} rows every other row by its name; empty where there is nothing
 * @property {Record<string, string>} terms words of rows that are not always the same
 */
/** @typedef {{values: Record<string, string>, zone: string, currency: string, seller: Seller}} FormValues */

/** @param {FormSync} sync @returns {Summary} what stands in the form now */
export function summaryOfForm({ values, zoneInForce: zone, currency, seller }) {
  return summaryOfValues({ values, zone, currency, seller });
}

/** @param {FormValues} form @returns {Summary} */
export function summaryOfValues({ values, zone, currency, seller }) {
  const money = (/** @type {bigint} */ minor) =>
    readableMoney(amountText(minor, currency), currency);
  const found = totalsOf(values, currency);
  const sums = Object.fromEntries(
    SUMS.map((name) => [name, amount(found[`${name}Minor`], money(found[`${name}Minor`]))]),
  );
  const lines = linesOf(values, currency).map((line) => ({
    number: line.number,
    description: line.description,
    detail: detailOf(line.quantity, line.unit, money(line.unitPriceMinor)),
    total: money(line.totalMinor),
    photo: line.photo && `/photos/${line.photo}/`,
    done: false,
  }));
  const { content = '', note = '' } = values;
  const total = sums.total?.isSome ? sums.total.text : '';
  const { taxRate: rate, taxIncluded: included } = found;
  const contact = ['contact.name', 'contact.phone', 'contact.email'];
  return {
    seller,
    lines: lines.length > 0 || content === '' ? lines : [only(content, total)],
    rows: {
      about: lines.length > 0 ? content : '',
      ...amountRows(sums, { rate, included }),
      total,
      time: period([values['time.start'], values['time.end']], (at) => readableTime(at, zone)),
      address: addressLines(values).join('\n'),
      contact: joined(contact.map((key) => values[key])),
      note,
      pay_by: '',
    },
    terms: taxTerms(rate),
  };
}

/** @param {OrderSummary} order @returns {Summary} */
export function summaryOfOrder(order) {
  const { time, seller, lines, total_text: total, note, content, totals } = order;
  const zone = time?.zone ?? 'UTC';
  const inZone = (/** @type {string} */ at) => readableInstant(at, zone);
  const rate = totals?.tax_rate ?? null;
  // without words of its own an order is called by what its lines say
  const isSaid = lines.every(({ description }) => content.includes(description));
  return {
    seller,
    lines: lines.map((line) => ({
      number: line.number,
      description: line.description,
      detail: detailOf(line.quantity, line.unit, line.unit_price_text),
      total: line.total_text,
      photo: line.photo ?? '',
      done: line.done,
    })),
    rows: {
      about: isSaid ? '' : content,
      ...(totals ? orderRows(totals) : {}),
      total,
      time: time ? period([time.start, time.end ?? ''], inZone) : '',
      address: addressLines(order.address ?? {}).join('\n'),
      contact: '',
      note,
      pay_by: order.payable && order.pay_by ? readableInstant(order.pay_by, zone) : '',
    },
    terms: taxTerms(rate),
  };
}

const SUMS = /** @type {const} */ ([
  'subtotal',
  'discount',
  'delivery',
  'tax',
  'total',
  'deposit',
  'balance',
]);

/** @param {OrderTotals} totals */
function orderRows(totals) {
  const sums = Object.fromEntries(
    SUMS.map((name) => [name, { isSome: totals[name].minor > 0, text: totals[name].text }]),
  );
  return amountRows(sums, { rate: totals.tax_rate, included: totals.tax_included });
}

/**
 * Only what says something: no subtotal that is the total, no discount of nothing.
 * @param {Record<string, {isSome: boolean, text: string}>} sums
 * @param {{rate: string | null, included: boolean}} tax
 */
function amountRows(sums, { rate, included }) {
  const shown = (/** @type {string} */ name, when = true) =>
    when && sums[name]?.isSome ? sums[name].text : '';
  const discount = shown('discount');
  return {
    subtotal: shown('subtotal', sums.subtotal?.text !== sums.total?.text),
    discount: discount && `−${discount}`,
    delivery: shown('delivery'),
    tax: shown('tax', rate !== null && included),
    tax_added: shown('tax', rate !== null && !included),
    deposit: shown('deposit'),
    balance: shown('balance', sums.deposit?.isSome),
  };
}

/** @param {bigint} minor @param {string} text */
function amount(minor, text) {
  return { isSome: minor > 0n, text };
}

/** @param {string | null} rate @returns {Record<string, string>} */
function taxTerms(rate) {
  if (rate === null) return {};
  return { tax: word('form.tax_included', { rate }), tax_added: word('form.tax_added', { rate }) };
}

/** @param {string} description @param {string} total @returns {Line} */
function only(description, total) {
  return { number: 1, description, detail: '', total, photo: '', done: false };
}

/** @param {string} quantity @param {string} unit @param {string} price */
function detailOf(quantity, unit, price) {
  if (quantity === '1' && unit === '') return '';
  return `${joined([quantity, unit], ' ')} × ${price}`;
}

/** @param {(string | undefined)[]} times @param {(time: string) => string} read */
function period(times, read) {
  return joined(
    times.map((time) => read(time ?? '')),
    ' – ',
  );
}

/** @param {(string | undefined)[]} texts */
function joined(texts, between = '\n') {
  return texts.filter(Boolean).join(between);
}
