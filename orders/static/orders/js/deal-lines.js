// The lines of the order in the merchant's window: as many as are used, one more on demand.
/** @import { FormSync } from './form-sync.js' */
/** @import { Names } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { freeLine, LINE_PARTS, lineOf, usedLines } from './deal-slots.js';
import { FieldView } from './field-view.js';
import { LinePhoto } from './line-photo.js';
import { write } from './own-edit.js';
import { copyOf, fill, part } from './parts.js';
import { amountText, linesOf } from './pricing.js';
import { readableMoney } from './readable.js';

/** @typedef {{root: HTMLElement, views: FieldView[], photo: LinePhoto}} Row */
/** @typedef {{names: Names, say: (words: string) => void, problem: (words: string) => void}} Options */

export class DealLines {
  #root;
  #sync;
  #options;
  #list;
  /** @type {Map<number, Row>} rows are kept, hidden when empty */ #rows = new Map();
  /** @type {Set<number>} opened here and still empty */ #opened = new Set();

  /** @param {HTMLElement} root @param {FormSync} sync @param {Options} options */
  constructor(root, sync, options) {
    this.#root = root;
    this.#sync = sync;
    this.#options = options;
    this.#list = part(root, 'deal-lines');
    part(root, 'add-line').addEventListener('click', () => this.add());
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    sync.on(({ kind, key }) => {
      if (kind !== 'field' || key === undefined || lineOf(key)) this.render();
    });
  }

  /** @returns {FieldView[]} */
  get views() {
    return [...this.#rows.values()].flatMap(({ views }) => views);
  }

  /** @returns {Record<string, string>} what stands in the form for this person, sent or not */
  get standing() {
    const { values, book, outbox } = this.#sync;
    const keys = [...Object.keys(book.all), ...this.#keys()];
    const typed = keys
      .map((key) => [key, outbox.text(key)])
      .filter(([, text]) => text !== undefined);
    const all = { ...values, ...Object.fromEntries(typed) };
    return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
  }

  /** An empty line to write into. */
  add() {
    const number = freeLine(this.#shown());
    if (number === 0) {
      this.#options.problem(word('form.item.full'));
      return;
    }
    this.#opened.add(number);
    this.render();
    this.focus(number);
  }

  /** @param {number} number @param {string} [name] of the part */
  focus(number, name = 'description') {
    const views = this.#rows.get(number)?.views ?? [];
    views.find(({ key }) => key === `line.${number}.${name}`)?.focus();
  }

  /** @param {number} number */
  #remove(number) {
    const shown = this.#shown();
    const next = shown[shown.indexOf(number) + 1] ?? shown[shown.indexOf(number) - 1];
    this.#opened.delete(number);
    const standing = this.standing;
    for (const name of LINE_PARTS) {
      const key = `line.${number}.${name}`;
      if (standing[key]) write(this.#sync, key, '');
    }
    this.render();
    this.#options.say(word('form.line_removed', { number }));
    if (next) this.focus(next);
    else part(this.#root, 'add-line').focus();
  }

  /** @returns {string[]} the keys of all rows there are */
  #keys() {
    return [...this.#rows.keys()].flatMap((number) =>
      LINE_PARTS.map((name) => `line.${number}.${name}`),
    );
  }

  #shown() {
    const { wanting, errors } = this.#sync.book;
    const keys = [...Object.keys(this.standing), ...wanting.keys(), ...errors.keys()];
    const focused = lineOf(this.#sync.focused ?? '');
    const used = usedLines([...keys, ...(focused ? [`line.${focused}.`] : [])]);
    // once written in, a line goes away when it is emptied and left
    for (const number of used) if (number !== focused) this.#opened.delete(number);
    return [...new Set([...used, ...this.#opened])].sort((one, other) => one - other);
  }

  /** @param {KeyboardEvent} event Enter goes on to the next line, or to a new one */
  #key(event) {
    if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return;
    const box = event.target instanceof HTMLInputElement ? event.target : null;
    const row = box?.closest('[data-line]');
    if (!(row instanceof HTMLElement)) return;
    event.preventDefault();
    const shown = this.#shown();
    const next = shown[shown.indexOf(Number(row.dataset.line)) + 1];
    if (next) this.focus(next);
    else this.add();
  }

  render() {
    const sync = this.#sync;
    if (!sync.ready) return;
    const shown = this.#shown();
    for (const number of shown) this.#row(number);
    const totals = new Map(
      linesOf(sync.values, sync.currency).map((line) => [line.number, line.totalMinor]),
    );
    for (const [number, { root, photo }] of this.#rows) {
      root.hidden = !shown.includes(number);
      const total = totals.get(number) ?? 0n;
      const text = readableMoney(amountText(total, sync.currency), sync.currency);
      fill(part(root, 'deal-line-total'), total > 0n ? text : '');
      photo.render();
    }
    this.#list.hidden = shown.length === 0;
    part(this.#root, 'add-line').hidden = sync.state !== 'open';
    part(this.#root, 'items').hidden = sync.state !== 'open';
    for (const button of this.#list.querySelectorAll('[data-part="remove-line"]')) {
      button.toggleAttribute('hidden', sync.state !== 'open');
    }
  }

  /** @param {number} number */
  #row(number) {
    if (this.#rows.has(number)) return;
    const template = /** @type {unknown} */ (part(this.#root, 'line-template'));
    const root = numbered(/** @type {HTMLTemplateElement} */ (template), number);
    const after = [...this.#rows.keys()].filter((other) => other > number);
    const before = after.length > 0 ? this.#rows.get(Math.min(...after)) : undefined;
    this.#list.insertBefore(root, before?.root ?? null);
    const remove = part(root, 'remove-line');
    remove.setAttribute('aria-label', word('form.line_remove', { number }));
    remove.addEventListener('click', () => this.#remove(number));
    const photo = new LinePhoto(part(root, 'line-photo'), this.#sync, {
      number,
      problem: this.#options.problem,
    });
    const fields = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('[data-field]')]);
    this.#rows.set(number, { root, views: [], photo });
    const views = fields.map((field) => new FieldView(field, this.#sync, this.#options.names));
    this.#rows.set(number, { root, views, photo });
    for (const view of views) view.render();
  }
}

/** @param {HTMLTemplateElement} template of line 0 @param {number} number @returns {HTMLElement} the same of another line */
function numbered(template, number) {
  const root = copyOf(template);
  root.dataset.line = String(number);
  part(root, 'deal-line').setAttribute('aria-label', word('form.field.line', { number }));
  for (const element of root.querySelectorAll('*')) {
    for (const name of ['id', 'for', 'aria-describedby', 'data-field']) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replaceAll('line.0.', `line.${number}.`));
    }
  }
  return root;
}
