/**
 * A colleague hands over a running call: says who and why, for as long as it is offered.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { stayInside } from './incoming-view.js';

/** @typedef {{code: string, call: string, customer_name: string, from: string, note: string, until: string}} Offer */
/** @typedef {{accept: (offer: Offer) => void, decline: (offer: Offer) => void, gone: (words: string) => void}} Actions */

export class TransferOffers {
  #dialog = need('#transfer-offer', HTMLDialogElement);
  #accept = need('#transfer-accept', HTMLButtonElement);
  /** @type {Map<string, Offer>} */
  #offers = new Map();
  #shown = '';
  /** @type {Element | null} */
  #focusBefore = null;

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    const decline = need('#transfer-decline', HTMLButtonElement);
    this.#accept.addEventListener('click', () => this.#answer(actions.accept));
    decline.addEventListener('click', () => this.#answer(actions.decline));
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault(); // one press of Escape is no answer
      decline.focus();
    });
    this.#dialog.addEventListener('keydown', (event) => stayInside(event, this.#dialog));
  }

  /** @returns {Offer | undefined} the one on the screen */
  get current() {
    return this.#offers.values().next().value;
  }

  /** @param {Offer[]} offers what a snapshot says replaces what was known */
  learn(offers) {
    this.#offers = new Map(offers.map((offer) => [offer.code, offer]));
    this.#show();
  }

  /** @param {Offer} offer */
  offered(offer) {
    this.#offers.set(offer.code, offer);
    this.#show();
  }

  /**
   * @param {string} code
   * @param {string} state how the offer ended: withdrawn, expired, accepted or declined
   */
  closed(code, state) {
    const offer = this.#offers.get(code);
    this.#offers.delete(code);
    if (offer && (state === 'withdrawn' || state === 'expired')) {
      this.actions.gone(word(`transfer-gone-${state}`, wordsOf(offer)));
    }
    this.#show();
  }

  /** @param {boolean} busy */
  showAccepting(busy) {
    if (busy) this.#accept.setAttribute('aria-busy', 'true');
    else this.#accept.removeAttribute('aria-busy');
  }

  /** Once a second; the server closes the offer, this only counts. */
  tick() {
    const { current } = this;
    if (!current) return;
    const seconds = Math.max(0, Math.ceil((Date.parse(current.until) - Date.now()) / 1000));
    need('[data-left]', HTMLElement, this.#dialog).textContent = word('transfer-left', { seconds });
  }

  /** @param {(offer: Offer) => void} run */
  #answer(run) {
    const { current } = this;
    if (current) run(current);
  }

  #show() {
    const { current } = this;
    if (!current) return this.#close();
    need('#transfer-title', HTMLElement).textContent = word('transfer-title', wordsOf(current));
    const note = need('[data-note]', HTMLElement, this.#dialog);
    note.hidden = current.note === '';
    note.textContent = current.note;
    this.tick();
    if (this.#shown === current.code) return;
    this.#shown = current.code;
    this.showAccepting(false);
    if (!this.#dialog.open) {
      this.#focusBefore = document.activeElement;
      this.#dialog.showModal();
    }
    this.#accept.focus();
  }

  #close() {
    this.#shown = '';
    this.showAccepting(false);
    if (!this.#dialog.open) return;
    this.#dialog.close();
    if (this.#focusBefore instanceof HTMLElement) this.#focusBefore.focus();
  }
}

/** @param {Offer} offer */
export function wordsOf(offer) {
  return { from: offer.from, name: offer.customer_name || word('guest') };
}
