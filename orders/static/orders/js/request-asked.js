// What the merchant asks for, on the page of a request: named above the form and marked in it; the
// fields are the page's own.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest, Store } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { word } from '../../core/js/words.js';
import { DeclinePanel } from './decline-panel.js';
import { FieldChoices } from './field-choices.js';
import { isKept, KnownValues } from './known-values.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { askedNames } from './readable.js';
import { askedFields, openRequests } from './sheet-views.js';

export class RequestAsked {
  #root;
  #sync;
  #ask;
  #name;
  #known;
  #decline;
  /** @type {{element: HTMLElement, key: string, choices: FieldChoices}[]} */ #fields;
  #keep;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{ask: Ask, name: string, store: Store}} options name of the merchant
   */
  constructor(root, sync, { ask, name, store }) {
    this.#root = root;
    this.#sync = sync;
    this.#ask = ask;
    this.#name = name;
    this.#fields = [...root.querySelectorAll('[data-field]')].map((found) => {
      const element = /** @type {HTMLElement} */ (found);
      const choices = new FieldChoices(element, sync);
      return { element, key: element.dataset.field ?? '', choices };
    });
    this.#known = new KnownValues(root, sync, ask);
    this.#decline = new DeclinePanel(root, sync, { ask, current: () => this.current });
    this.#keep = /** @type {HTMLInputElement} */ (part(root, 'keep'));
    this.#keep.checked = store.get('keep') === true;
    this.#keep.addEventListener('change', () => store.set('keep', this.#keep.checked));
    onceAtATime(buttonPart(root, 'send'), () => this.#answer());
    sync.on(() => this.render());
  }

  /** @returns {InformationRequest | undefined} */
  get current() {
    return openRequests(this.#sync.requests)[0];
  }

  async #answer() {
    const request = this.current;
    if (!request) return;
    if (this.#sync.online) await this.#sync.outbox.settled();
    const asked = askedFields(request);
    const wrong = this.#fields.find(({ key }) => asked.includes(key) && this.#sync.view(key).error);
    if (wrong) {
      part(wrong.element, 'box').focus();
      return;
    }
    const keep = this.#keep.checked && asked.some(isKept);
    await this.#ask('request.answer', { request: request.request, keep });
  }

  render() {
    const request = this.current;
    const asked = request ? askedFields(request) : [];
    this.#known.render(this.#fields.map(({ key }) => key));
    part(this.#root, 'asked').hidden = !request;
    for (const { element, key, choices } of this.#fields) {
      element.toggleAttribute('data-asked', asked.includes(key));
      choices.render(asked.includes(key) ? (request?.choices?.[key] ?? []) : []);
    }
    if (!request) return;
    const words = word('form.asks', { name: this.#name, what: askedNames(asked) });
    fill(part(this.#root, 'asks'), words);
    fill(part(this.#root, 'ask-hint'), request.hint);
    part(this.#root, 'keep-row').hidden = !asked.some(isKept);
    if (this.#root.dataset.request === request.request) return;
    this.#root.dataset.request = request.request;
    this.#decline.show(false, false);
  }
}
