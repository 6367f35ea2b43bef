// The receipt on the page, and what changed in it since the other side last saw it: old and new
// value side by side, in words and in colour.
/** @import { Line, Summary } from './summaries.js' */
import { word } from '../../core/js/words.js';
import { fill, maybePart, part } from './parts.js';

export { summaryOfForm, summaryOfOrder, summaryOfValues } from './summaries.js';

/** @type {Record<string, string>} which row of the receipt shows a field of another name */
const ROW_OF = { content: 'lines', line: 'lines', price: 'total', discount: 'discount' };

/**
 * @param {HTMLElement} root
 * @param {Summary} summary
 * @param {{before?: Summary | null, changed?: string[]}} [since] what it was, or only the keys of the
 *   fields that changed where that is not known
 */
export function renderSummary(root, summary, { before = null, changed = [] } = {}) {
  const { seller, rows, terms } = summary;
  fill(maybePart(root, 'seller'), seller.legal_name ?? seller.name ?? '');
  fill(maybePart(root, 'seller-address'), seller.legal_address ?? '');
  const marked = new Set(changed.map((key) => rowOf(key)));
  for (const [name, text] of Object.entries(rows)) {
    const row = root.querySelector(`[data-row="${name}"]`);
    if (!(row instanceof HTMLElement)) continue;
    if (terms[name]) fill(maybePart(row, `${name}-term`), terms[name]);
    renderRow(row, text, {
      was: before ? (before.rows[name] ?? '') : text,
      marked: marked.has(name),
    });
  }
  renderLines(root, summary.lines, before?.lines ?? null, marked.has('lines'));
}

/** @param {Summary} before @param {Summary} now @returns {boolean} whether there is a difference to show */
export function differs(before, now) {
  const plain = (/** @type {Summary} */ { lines, rows }) =>
    JSON.stringify([lines, { ...rows, pay_by: '', contact: '' }]);
  return plain(before) !== plain(now);
}

/** @param {string} key of a field */
function rowOf(key) {
  const group = key.split('.')[0] ?? key;
  return ROW_OF[group] ?? group;
}

/** @param {HTMLElement} row @param {string} text @param {{was: string, marked: boolean}} since */
function renderRow(row, text, { was, marked }) {
  const value = row.querySelector('[data-value]');
  const isChanged = was !== text;
  row.hidden = text === '' && was === '';
  row.toggleAttribute('data-changed', isChanged || marked);
  const mark = maybePart(row, 'changed');
  if (mark) mark.hidden = !isChanged && !marked;
  if (value instanceof HTMLElement) setValue(value, text, isChanged ? was : text);
}

/** @param {HTMLElement} element @param {string} text @param {string} was the same where nothing changed */
function setValue(element, text, was) {
  const shown = JSON.stringify([text, was]);
  if (element.dataset.shown === shown) return;
  element.dataset.shown = shown;
  element.hidden = false;
  if (text === was) element.textContent = text;
  else element.replaceChildren(...difference(was, text));
}

/** @param {string} was @param {string} text @returns {(Node | string)[]} */
function difference(was, text) {
  const parts = [];
  if (was !== '') parts.push(heard('form.was'), marked('del', was));
  if (was !== '' && text !== '') parts.push(arrow());
  if (text !== '') parts.push(heard('form.now'), marked('ins', text));
  return parts;
}

/** @param {'del' | 'ins'} tag @param {string} text */
function marked(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function arrow() {
  const element = document.createElement('span');
  element.setAttribute('aria-hidden', 'true');
  element.className = 'receipt__arrow';
  element.textContent = ' → ';
  return element;
}

/** @param {string} key of words that are only heard: strokes and colours are not */
function heard(key) {
  const element = document.createElement('span');
  element.className = 'visually-hidden';
  element.textContent = ` ${word(key)} `;
  return element;
}

/** @param {HTMLElement} root @param {Line[]} lines @param {Line[] | null} before @param {boolean} marked */
function renderLines(root, lines, before, marked) {
  const list = maybePart(root, 'lines');
  const template = list?.querySelector('template');
  if (!list || !template) return;
  const shown = JSON.stringify([lines, before, marked]);
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  const rows = lines.map((line) => {
    const was = before?.find(({ number }) => number === line.number);
    return lineRow(template, line, before ? (was ?? null) : line);
  });
  const gone = (before ?? []).filter((was) => !lines.some(({ number }) => number === was.number));
  rows.push(...gone.map((was) => lineRow(template, null, was)));
  list.replaceChildren(template, ...rows);
  const row = list.closest('[data-row]');
  if (!(row instanceof HTMLElement)) return;
  row.hidden = rows.length === 0;
  row.toggleAttribute('data-changed', marked && !before);
}

/** @param {Line | null} line @param {Line | null} was */
function markOf(line, was) {
  if (!line) return word('form.removed');
  return was ? '' : word('form.added');
}

/**
 * @param {HTMLTemplateElement} template
 * @param {Line | null} line null where it was taken out
 * @param {Line | null} was null where it is new
 */
function lineRow(template, line, was) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (copy.firstElementChild);
  const now = line ?? { description: '', detail: '', total: '', photo: '', done: false };
  const old = was ?? { description: '', detail: '', total: '' };
  setValue(part(row, 'description'), now.description, old.description);
  setValue(part(row, 'quantity'), now.detail, old.detail);
  part(row, 'quantity').hidden = now.detail === '' && old.detail === '';
  setValue(part(row, 'line-total'), now.total, old.total);
  fill(part(row, 'line-mark'), markOf(line, was));
  row.toggleAttribute('data-changed', JSON.stringify(line) !== JSON.stringify(was));
  row.toggleAttribute('data-done', now.done);
  const photo = /** @type {HTMLImageElement} */ (part(row, 'line-photo'));
  photo.hidden = now.photo === '';
  if (now.photo) photo.src = now.photo;
  return row;
}
