// The customer's input window: the fields the merchant asks for; send, later or decline.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest, Names, Store } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { word } from '../../core/js/words.js';
import { DeclinePanel } from './decline-panel.js';
import { FieldChoices } from './field-choices.js';
import { FieldView } from './field-view.js';
import { isKept, KnownValues } from './known-values.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { askedNames, plural } from './readable.js';
import { ReleaseControls } from './release-controls.js';
import { askedFields, sorted } from './sheet-views.js';

/** @typedef {{element: HTMLElement, view: FieldView, choices: FieldChoices}} AskedField */

export class InformationWindow {
  #root;
  #asks;
  #sync;
  #name;
  #ask;
  /** @type {AskedField[]} */ #fields;
  #known;
  #decline;
  #keep;
  /** @type {Set<string>} requests put off before and taken up again */ taken = new Set();

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{names: Names, ask: Ask, store: Store, asks: HTMLElement}} options
   */
  constructor(root, sync, { names, ask, store, asks }) {
    this.#root = root;
    this.#asks = asks;
    this.#sync = sync;
    this.#name = names.merchant;
    this.#ask = ask;
    this.#fields = [...root.querySelectorAll('[data-field]')].map((found) => {
      const element = /** @type {HTMLElement} */ (found);
      const view = new FieldView(element, sync, names);
      return { element, view, choices: new FieldChoices(element, sync) };
    });
    new ReleaseControls(root, sync, { name: names.merchant, store });
    this.#known = new KnownValues(root, sync, ask);
    this.#decline = new DeclinePanel(root, sync, { ask, current: () => this.current });
    this.#keep = /** @type {HTMLInputElement} */ (part(root, 'keep'));
    this.#keep.checked = store.get('keep') === true;
    this.#keep.addEventListener('change', () => store.set('keep', this.#keep.checked));
    onceAtATime(buttonPart(root, 'send'), () => this.#answer());
    onceAtATime(buttonPart(root, 'later'), () => this.#putOff());
  }

  /** @returns {InformationRequest | undefined} the oldest that waits and is not for later */
  get current() {
    return sorted(this.#sync.requests, this.taken).now[0];
  }

  /** What was for later is answered now after all. */
  takeUp() {
    for (const { request } of sorted(this.#sync.requests).later) this.taken.add(request);
  }

  /** @param {InformationRequest} request @returns {string} what is asked, and whether once more */
  words(request) {
    const what = askedNames(askedFields(request));
    const key = (request.reminders ?? 0) > 0 ? 'form.reminds' : 'form.asks';
    return word(key, { name: this.#name, what });
  }

  async #answer() {
    const request = this.current;
    if (!request) return;
    if (this.#sync.online) await this.#sync.outbox.settled();
    const wrong = this.#shown(request).find(({ view }) => this.#sync.view(view.key).error);
    if (wrong) {
      wrong.view.focus();
      return;
    }
    const keep = this.#keep.checked && askedFields(request).some(isKept);
    const answered = await this.#ask('request.answer', { request: request.request, keep });
    if (answered && keep) this.#known.forgetList();
  }

  async #putOff() {
    const request = this.current;
    if (!request) return;
    this.taken.delete(request.request);
    if (!request.put_off) await this.#ask('request.later', { request: request.request });
    this.#sync.tell('requests');
  }

  /** @param {InformationRequest} request */
  #shown(request) {
    const asked = new Set(askedFields(request));
    return this.#fields.filter(({ view }) => asked.has(view.key));
  }

  render() {
    const request = this.current;
    if (!request) return;
    const asked = askedFields(request);
    this.#asks.textContent = this.words(request);
    fill(part(this.#root, 'ask-hint'), request.hint);
    const more = sorted(this.#sync.requests, this.taken).now.length - 1;
    fill(part(this.#root, 'more'), more > 0 ? plural('form.more', more) : '');
    for (const { element, view, choices } of this.#fields) {
      element.hidden = !asked.includes(view.key);
      choices.render(element.hidden ? [] : (request.choices?.[view.key] ?? []));
    }
    for (const group of this.#root.querySelectorAll('[data-group]')) {
      const { dataset } = /** @type {HTMLElement} */ (group);
      const fields = this.#fields.filter(({ element }) => group.contains(element));
      /** @type {HTMLElement} */ (group).hidden = fields.every(({ element }) => element.hidden);
      dataset.count = String(fields.filter(({ element }) => !element.hidden).length);
    }
    this.#known.render(asked);
    part(this.#root, 'keep-row').hidden = !asked.some(isKept);
    if (this.#root.dataset.request === request.request) return;
    this.#root.dataset.request = request.request;
    this.#decline.show(false, false);
    part(this.#root, 'answer-panel').scrollTop = 0;
  }
}
