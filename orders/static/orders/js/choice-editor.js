// Answers the merchant offers for a field that is asked for: typed one by one, taken away one by one.
import { word } from '../../core/js/words.js';
import { copyOf, part } from './parts.js';
import { askedNames, readable } from './readable.js';

/** As many as fit under a thumb; the server refuses more. */
const MOST = 8;
const TIMES = ['time.start', 'time.end'];

export class ChoiceEditor {
  #root;
  #form;
  /** @type {Map<string, string[]>} key to answers */ #answers = new Map();
  /** @type {HTMLSelectElement} */ #field;
  /** @type {HTMLInputElement} */ #box;

  /** @param {HTMLElement} root @param {() => {currency: string, zone: string}} form how values are read */
  constructor(root, form) {
    this.#root = root;
    this.#form = form;
    this.#field = /** @type {HTMLSelectElement} */ (part(root, 'choice-field'));
    this.#box = /** @type {HTMLInputElement} */ (part(root, 'choice'));
    this.#field.addEventListener('change', () => this.#show());
    part(root, 'choice-add').addEventListener('click', () => this.#add());
    this.#box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      this.#add();
    });
  }

  /** @param {string[]} keys @returns {Record<string, string[]>} with what is typed and not yet added */
  of(keys) {
    this.#take();
    const offered = keys.map((key) => [key, this.#answers.get(key) ?? []]);
    return Object.fromEntries(offered.filter(([, answers]) => answers?.length));
  }

  /** @param {string[]} keys */
  forget(keys) {
    for (const key of keys) this.#answers.delete(key);
    this.#box.value = '';
    /** @type {HTMLDetailsElement} */ (this.#root).open = this.#answers.size > 0;
  }

  /** @param {string[]} keys that are ticked */
  render(keys) {
    const before = this.#field.value;
    this.#field.replaceChildren(...keys.map((key) => new Option(askedNames([key]), key)));
    if (keys.includes(before)) this.#field.value = before;
    this.#field.parentElement?.toggleAttribute('hidden', keys.length < 2);
    this.#show();
  }

  #add() {
    this.#take();
    this.#show();
    this.#box.focus();
  }

  #take() {
    const key = this.#field.value;
    const text = this.#box.value.trim();
    const known = this.#answers.get(key) ?? [];
    if (key === '' || text === '' || known.length >= MOST) return;
    this.#answers.set(key, [...known.filter((answer) => answer !== text), text]);
    this.#box.value = '';
  }

  #show() {
    const key = this.#field.value;
    const answers = this.#answers.get(key) ?? [];
    const type = TIMES.includes(key) ? 'datetime-local' : 'text';
    if (this.#box.type !== type) {
      this.#box.value = '';
      this.#box.type = type;
    }
    part(this.#root, 'choice-add').toggleAttribute('disabled', answers.length >= MOST);
    const list = part(this.#root, 'choice-list');
    list.hidden = answers.length === 0;
    list.replaceChildren(...answers.map((answer) => this.#chip(key, answer)));
  }

  /** @param {string} key @param {string} answer */
  #chip(key, answer) {
    const template = /** @type {unknown} */ (part(this.#root, 'choice-template'));
    const row = copyOf(/** @type {HTMLTemplateElement} */ (template));
    const text = TIMES.includes(key) ? readable(key, answer, this.#form()) : answer;
    part(row, 'choice-text').textContent = text;
    const button = /** @type {HTMLButtonElement} */ (part(row, 'choice-remove'));
    button.setAttribute('aria-label', word('form.choice_remove', { what: text }));
    button.addEventListener('click', () => {
      const rest = (this.#answers.get(key) ?? []).filter((other) => other !== answer);
      if (rest.length > 0) this.#answers.set(key, rest);
      else this.#answers.delete(key);
      this.#show();
      this.#box.focus();
    });
    return row;
  }
}
