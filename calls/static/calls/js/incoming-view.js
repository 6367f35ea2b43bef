/**
 * The incoming call over the whole desk: focus on Answer, and no way to refuse by accident.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { fillCall } from './call-card.js';

/** @typedef {import('./waiting-calls.js').Waiting} Waiting */
/** @typedef {{answer: (code: string) => void, decline: (code: string, reason?: string) => void}} Actions */

export class IncomingView {
  #dialog = need('#incoming', HTMLDialogElement);
  #answer = need('#answer', HTMLButtonElement);
  #decline = need('#decline', HTMLButtonElement);
  #reasons = need('.reasons', HTMLDetailsElement, this.#dialog);
  #shown = '';
  /** @type {Element | null} */
  #focusBefore = null;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#answer.addEventListener('click', () => actions.answer(this.#shown));
    this.#decline.addEventListener('click', () => actions.decline(this.#shown));
    for (const button of this.#reasons.querySelectorAll('button')) {
      button.addEventListener('click', () => actions.decline(this.#shown, button.dataset.reason));
    }
    this.#dialog.addEventListener('cancel', (event) => this.#escape(event));
    this.#dialog.addEventListener('keydown', (event) => stayInside(event, this.#dialog));
  }

  /**
   * @param {Waiting | undefined} call the one that rings longest
   * @param {number} more how many wait behind it
   */
  show(call, more) {
    if (!call) return this.#close();
    fillCall(this.#dialog, call);
    const rest = need('[data-more]', HTMLElement, this.#dialog);
    rest.hidden = more === 0;
    rest.textContent = word('more-waiting', { number: more });
    if (this.#shown !== call.code) this.#open(call.code);
  }

  /** @param {boolean} busy */
  showAnswering(busy) {
    if (busy) this.#answer.setAttribute('aria-busy', 'true');
    else this.#answer.removeAttribute('aria-busy');
  }

  /** @param {string} code */
  #open(code) {
    this.#shown = code;
    this.#reasons.open = false;
    need('#escape-hint', HTMLElement).hidden = true;
    if (!this.#dialog.open) {
      this.#focusBefore = document.activeElement;
      this.#dialog.showModal();
    }
    this.#answer.focus();
  }

  #close() {
    this.#shown = '';
    this.showAnswering(false);
    if (!this.#dialog.open) return;
    this.#dialog.close();
    if (this.#focusBefore instanceof HTMLElement) this.#focusBefore.focus();
  }

  /** Escape never refuses a customer by accident: it leads to the button that does. */
  #escape(/** @type {Event} */ event) {
    event.preventDefault();
    need('#escape-hint', HTMLElement).hidden = false;
    this.#decline.focus();
  }
}

/**
 * Tab goes round inside the dialog.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} dialog
 */
export function stayInside(event, dialog) {
  if (event.key !== 'Tab') return;
  const stops = [...dialog.querySelectorAll('button, summary, a[href]')].filter((one) =>
    one.checkVisibility(),
  );
  const at = stops.findIndex((one) => one.matches(':focus'));
  const next = stops.at((at + (event.shiftKey ? -1 : 1)) % stops.length);
  event.preventDefault();
  if (next instanceof HTMLElement) next.focus();
}
