// Quick items, templates and the last orders of this customer: one key opens the list, one more
// picks. What is picked goes into free lines as ordinary edits.
/** @import { FormSync } from './form-sync.js' */
/** @import { DealLines } from './deal-lines.js' */
import { get, post } from '../../core/js/api.js';
import { word } from '../../core/js/words.js';
import { lineOf, placed } from './deal-slots.js';
import { write } from './own-edit.js';
import { buttonPart, copyOf, fill, onceAtATime, part } from './parts.js';
import { problemWords } from './problem.js';

/** @typedef {{id: string, kind: 'quick' | 'template' | 'last', name: string, price_text: string, values: Record<string, string>}} Item */
/** @typedef {{handle: string, lines: DealLines, say: (words: string) => void, problem: (words: string) => void}} Options */

const KEYS = '123456789abcdefghijklmnopqrstuvwxyz';
/** What a template holds: nothing of the one customer. */
const KEPT = ['content', 'price', 'discount', 'delivery', 'tax.rate', 'tax.included', 'deposit'];

export class ItemPicker {
  #root;
  #sync;
  #options;
  #panel;
  #button;
  /** @type {Promise<Item[]> | null} */ #items = null;

  /** @param {HTMLElement} root @param {FormSync} sync @param {Options} options */
  constructor(root, sync, options) {
    this.#root = root;
    this.#sync = sync;
    this.#options = options;
    this.#panel = part(root, 'picker');
    this.#button = buttonPart(root, 'items');
    this.#button.addEventListener('click', () => this.#toggle());
    this.#panel.addEventListener('keydown', (event) => this.#key(event));
    root.addEventListener('keydown', (event) => {
      if (!opens(event) || this.#button.hidden) return;
      event.preventDefault();
      this.#show(true);
    });
    onceAtATime(buttonPart(root, 'template-save'), () => this.#keep());
    sync.on(({ kind }) => {
      // known before it is asked for: then two keystrokes are enough
      if (kind === 'snapshot') this.#items ??= this.#load();
      if (sync.state !== 'open') this.#panel.hidden = true;
    });
  }

  async #load() {
    const { handle } = this.#options;
    const url = `/desk/${handle}/items.json?form=${encodeURIComponent(this.#sync.form)}`;
    const { items = [] } = await get(url).catch(() => ({}));
    return /** @type {Item[]} */ (items);
  }

  #toggle() {
    if (this.#panel.hidden) this.#show(true);
    else this.#close();
  }

  /** @param {boolean} shown */
  async #show(shown) {
    this.#panel.hidden = !shown;
    this.#button.setAttribute('aria-expanded', String(shown));
    if (!shown) return;
    const list = part(this.#root, 'picker-list');
    list.tabIndex = -1;
    list.focus();
    this.#items ??= this.#load();
    const items = (await this.#items).slice(0, KEYS.length);
    list.replaceChildren(...items.map((item, index) => this.#row(item, index)));
    part(this.#root, 'picker-empty').hidden = items.length > 0;
    part(this.#root, 'picker-keep').hidden = Object.keys(this.#worthKeeping()).length === 0;
    const within = this.#panel.contains(document.activeElement);
    if (within) list.querySelector('button')?.focus();
    this.#panel.scrollIntoView({ block: 'nearest' });
  }

  #close() {
    this.#show(false);
    this.#button.focus();
  }

  /** @param {Item} item @param {number} index */
  #row(item, index) {
    const template = /** @type {unknown} */ (part(this.#root, 'item-template'));
    const row = copyOf(/** @type {HTMLTemplateElement} */ (template));
    part(row, 'item-key').textContent = KEYS[index] ?? '';
    part(row, 'item-name').textContent = item.name;
    fill(part(row, 'item-kind'), item.kind === 'quick' ? '' : word(`form.item.${item.kind}`));
    part(row, 'item-price').textContent = item.price_text;
    part(row, 'item').addEventListener('click', () => this.#pick(item));
    return row;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.#close();
      return;
    }
    if (event.target instanceof HTMLInputElement) {
      if (event.key === 'Enter' && !event.isComposing)
        buttonPart(this.#root, 'template-save').click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const number = plain && event.key.length === 1 ? KEYS.indexOf(event.key.toLowerCase()) : -1;
    if (step === undefined && number < 0) return;
    event.preventDefault();
    if (step === undefined) this.#pickNumber(number);
    else this.#step(step);
  }

  /** @param {number} number the list may still be on its way: the second keystroke waits for it */
  async #pickNumber(number) {
    const item = (await this.#items)?.[number];
    if (item && !this.#panel.hidden) this.#pick(item);
  }

  /** @param {number} by */
  #step(by) {
    const buttons = [...part(this.#root, 'picker-list').querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
  }

  /** @param {Item} item */
  #pick({ name, values }) {
    const { lines, say, problem } = this.#options;
    this.#close();
    const edits = placed(values, lines.standing);
    if (!edits) {
      problem(word('form.item.full'));
      return;
    }
    for (const [key, text] of Object.entries(edits)) write(this.#sync, key, text);
    say(word('form.item.added', { name }));
  }

  /** @returns {Record<string, string>} what is not about this one customer; a picture belongs to its form */
  #worthKeeping() {
    const own = (/** @type {[string, string]} */ [key]) =>
      KEPT.includes(key) || (lineOf(key) > 0 && !key.endsWith('.photo'));
    return Object.fromEntries(Object.entries(this.#options.lines.standing).filter(own));
  }

  async #keep() {
    const { say, problem } = this.#options;
    const box = /** @type {HTMLInputElement} */ (part(this.#root, 'template-name'));
    const name = box.value.trim();
    if (name === '') return box.focus();
    const values = this.#worthKeeping();
    problem('');
    try {
      await post('/api/v1/templates/', { merchant: this.#options.handle, name, values });
      this.#items = this.#load();
      box.value = '';
      this.#close();
      say(word('form.item.kept', { name }));
    } catch (error) {
      problem(problemWords(error));
    }
  }
}

/** @param {KeyboardEvent} event */
function opens(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return false;
  if (event.altKey) return event.code === 'KeyI';
  const writing =
    event.target instanceof Element && event.target.matches('input, textarea, select');
  const ticking = event.target instanceof Element && event.target.matches('[type="checkbox"]');
  return event.key === '/' && (!writing || ticking);
}
