// What is being agreed or was ordered, as a receipt: the same parts for the form and for the order.
/** @import { FormSync } from './form-sync.js' */
/** @import { OrderSummary, Seller } from './form-types.js' */
import { fill, maybePart } from './parts.js';
import { addressLines, readableInstant, readableMoney, readableTime } from './readable.js';

/**
 * @typedef {object} Summary
 * @property {Seller} seller
 * @property {{description: string, quantity: number, total: string}[]} lines
 * @property {string} total
 * @property {string} time
 * @property {string} address
 * @property {string} contact
 * @property {string} note
 */

/** @param {FormSync} sync @returns {Summary} what stands in the form now */
export function summaryOfForm(sync) {
  const { values, zoneInForce: zone, seller } = sync;
  const total = readableMoney(values.price ?? '', sync.currency);
  const times = [values['time.start'] ?? '', values['time.end'] ?? ''];
  const contact = ['contact.name', 'contact.phone', 'contact.email'];
  return {
    seller,
    lines: values.content ? [{ description: values.content, quantity: 1, total }] : [],
    total,
    time: times
      .map((time) => readableTime(time, zone))
      .filter(Boolean)
      .join(' – '),
    address: addressLines(values).join('\n'),
    contact: contact
      .map((key) => values[key] ?? '')
      .filter(Boolean)
      .join('\n'),
    note: values.note ?? '',
  };
}

/** @param {OrderSummary} order @returns {Summary} */
export function summaryOfOrder(order) {
  const { time, seller, lines, total_text: total, note } = order;
  const times = time ? [time.start, time.end ?? ''] : [];
  return {
    seller,
    lines: lines.map((line) => ({ ...line, total: line.total_text })),
    total,
    time: times
      .map((at) => readableInstant(at, time?.zone ?? 'UTC'))
      .filter(Boolean)
      .join(' – '),
    address: addressLines(order.address ?? {}).join('\n'),
    contact: '',
    note,
  };
}

/** @type {Record<string, string>} which row of the receipt shows a field */
const ROW_OF = { content: 'lines', price: 'total' };

/** @param {HTMLElement} root @param {Summary} summary @param {string[]} [changed] field keys to mark as changed */
export function renderSummary(root, summary, changed = []) {
  const { seller, time, address, contact, note, total } = summary;
  fill(maybePart(root, 'seller'), seller.legal_name ?? seller.name ?? '');
  fill(maybePart(root, 'seller-address'), seller.legal_address ?? '');
  for (const [name, text] of Object.entries({ time, address, contact, note, total })) {
    fill(maybePart(root, name), text);
  }
  renderLines(root, summary);
  const rows = new Set(changed.map((key) => ROW_OF[key] ?? groupOf(key)));
  for (const row of root.querySelectorAll('[data-row]'))
    markRow(/** @type {HTMLElement} */ (row), rows);
}

/** @param {string} key @returns {string} */
function groupOf(key) {
  return key.split('.')[0] ?? key;
}

/** @param {HTMLElement} root @param {Summary} summary */
function renderLines(root, { lines }) {
  const list = maybePart(root, 'lines');
  const template = list?.querySelector('template');
  if (!list || !template) return;
  const rows = lines.map(({ description, quantity, total }) => {
    const row = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    fill(maybePart(row, 'description'), description);
    fill(maybePart(row, 'quantity'), quantity > 1 ? `× ${quantity}` : '');
    fill(maybePart(row, 'line-total'), total);
    return row;
  });
  list.replaceChildren(template, ...rows);
}

/** @param {HTMLElement} row @param {Set<string>} changed hides a row without a value */
function markRow(row, changed) {
  const value = row.querySelector('[data-value]');
  const list = row.querySelector('[data-part="lines"]');
  const name = row.dataset.row ?? '';
  const empty = list ? list.children.length < 2 : (value?.textContent ?? '') === '';
  const isChanged = changed.has(name);
  row.hidden = empty && !isChanged;
  row.toggleAttribute('data-changed', isChanged);
  const mark = maybePart(row, 'changed');
  if (mark) mark.hidden = !isChanged;
}
