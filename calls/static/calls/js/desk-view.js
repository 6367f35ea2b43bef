/**
 * The desk's face: the switch, the waiting cards, the incoming call over everything.
 */

import { copyOf, need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { clockTime } from './call-phases.js';

/** @typedef {import('./waiting-calls.js').Waiting} Waiting */
/** @typedef {import('./waiting-calls.js').WaitingCalls} WaitingCalls */
/** @typedef {{answer: (code: string) => void, decline: (code: string) => void}} Actions */

export class DeskView {
  #switch = need('#reachable', HTMLInputElement);
  #words = need('#reachable-words', HTMLElement);
  #sound = need('#sound-locked', HTMLElement);
  #dialog = need('#incoming', HTMLDialogElement);
  #cards = need('#waiting', HTMLElement);
  #today = need('#today', HTMLElement);
  #shown = '';
  /** @type {Element | null} */
  #focusBefore = null;

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    const answer = need('#answer', HTMLButtonElement);
    const decline = need('#decline', HTMLButtonElement);
    answer.addEventListener('click', () => actions.answer(this.#shown));
    decline.addEventListener('click', () => actions.decline(this.#shown));
    this.#dialog.addEventListener('cancel', (event) => this.#escape(event));
    this.#dialog.addEventListener('keydown', (event) => stayInside(event, answer, decline));
  }

  /**
   * @param {boolean} wanted what the switch says
   * @param {'offline' | 'joining' | 'reachable' | 'cut'} state
   */
  showReachable(wanted, state) {
    this.#switch.checked = wanted;
    document.body.dataset.desk = state;
    this.#words.textContent = word(`desk-${state}`);
  }

  /** @param {boolean} locked the browser keeps rings silent until a click */
  showSoundLocked(locked) {
    this.#sound.hidden = !locked;
  }

  /**
   * @param {string} mode
   * @param {string} reason
   */
  showMode(mode, reason) {
    need('#desk-mode', HTMLElement).textContent = word(`mode-${mode}-${reason}`);
  }

  /** @param {WaitingCalls} calls */
  showCalls(calls) {
    const [first, ...others] = calls.list;
    this.#cards.replaceChildren(...others.map((call) => this.#card(call)));
    need('#waiting-region', HTMLElement).hidden = others.length === 0;
    if (first) this.#open(first, others.length);
    else this.#close();
    this.tick(calls);
  }

  /** @param {WaitingCalls} calls once a second; not in a live region */
  tick(calls) {
    for (const call of calls.list) {
      const text = word('waiting', { time: clockTime(calls.secondsOf(call)) });
      for (const element of document.querySelectorAll(`[data-wait="${call.code}"]`)) {
        element.textContent = text;
      }
    }
  }

  /**
   * @param {Waiting} call
   * @param {string} outcome
   */
  addToday(call, outcome) {
    const row = copyOf('today-row');
    need('[data-name]', HTMLElement, row).textContent = call.customer_name || word('guest');
    need('[data-outcome]', HTMLElement, row).textContent = word(`outcome-${outcome}`);
    const time = new Date(call.requested_at);
    need('time', HTMLTimeElement, row).textContent = time.toLocaleTimeString(
      document.documentElement.lang,
      { hour: '2-digit', minute: '2-digit', timeZone: this.#today.dataset.timeZone },
    );
    this.#today.prepend(row);
    need('#today-empty', HTMLElement).hidden = true;
  }

  /** @param {string} text */
  toast(text) {
    const toast = document.createElement('p');
    toast.className = 'toast';
    toast.textContent = text;
    need('#toasts', HTMLElement).append(toast);
    setTimeout(() => toast.remove(), 6000);
  }

  /** @param {boolean} busy */
  showAnswering(busy) {
    const answer = need('#answer', HTMLButtonElement);
    if (busy) answer.setAttribute('aria-busy', 'true');
    else answer.removeAttribute('aria-busy');
  }

  /** @param {Waiting} call */
  #card(call) {
    const card = copyOf('waiting-card');
    this.#fill(card, call);
    need('[data-answer]', HTMLButtonElement, card).onclick = () => this.actions.answer(call.code);
    need('[data-decline]', HTMLButtonElement, card).onclick = () => this.actions.decline(call.code);
    return card;
  }

  /**
   * @param {HTMLElement} root
   * @param {Waiting} call
   */
  #fill(root, call) {
    const name = call.customer_name || word('guest');
    need('[data-name]', HTMLElement, root).textContent = name;
    need('[data-initials]', HTMLElement, root).textContent = initialsOf(name);
    const front = need('#desk', HTMLElement).dataset.storefront === call.page;
    need('[data-page]', HTMLElement, root).textContent = front
      ? word('page-storefront')
      : call.page;
    need('[data-page-row]', HTMLElement, root).hidden = call.page === '';
    need('[data-again]', HTMLElement, root).hidden = !call.seen_before;
    need('[data-time]', HTMLElement, root).dataset.wait = call.code;
  }

  /**
   * @param {Waiting} call
   * @param {number} more
   */
  #open(call, more) {
    this.#fill(this.#dialog, call);
    const rest = need('[data-more]', HTMLElement, this.#dialog);
    rest.hidden = more === 0;
    rest.textContent = word('more-waiting', { number: more });
    if (this.#shown === call.code) return;
    this.#shown = call.code;
    need('#escape-hint', HTMLElement).hidden = true;
    if (!this.#dialog.open) {
      this.#focusBefore = document.activeElement;
      this.#dialog.showModal();
    }
    need('#answer', HTMLButtonElement).focus();
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
    need('#decline', HTMLButtonElement).focus();
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} first
 * @param {HTMLElement} last
 */
function stayInside(event, first, last) {
  if (event.key !== 'Tab') return;
  event.preventDefault();
  (document.activeElement === first ? last : first).focus();
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.split(/\s+/).filter((one) => /^[\p{L}\p{N}]/u.test(one));
  const letters = words.map((one) => [...one][0] ?? '');
  const two = words.length > 1 ? [letters[0], letters[letters.length - 1]] : letters;
  return two.join('').toUpperCase() || '·';
}
