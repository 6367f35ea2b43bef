/**
 * The cards of those who wait: other calls that ring, and the queue with everybody's place.
 */

import { copyOf, need } from '../../core/js/dom.js';
import { keepFocus } from '../../core/js/keep-focus.js';
import { word } from '../../core/js/words.js';
import { fillCall } from './call-card.js';

/** @typedef {import('./waiting-calls.js').Waiting} Waiting */
/** @typedef {import('./incoming-view.js').Actions} Actions */

export class WaitingView {
  #region = need('#waiting-region', HTMLElement);
  #list = need('#waiting', HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  #keepFocus = keepFocus(
    (element) => this.#region.contains(element),
    () =>
      this.#region.hidden ? need('#reachable', HTMLElement) : need('#waiting-title', HTMLElement),
  );

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
  }

  /**
   * @param {Waiting[]} ringing those behind the one that takes the screen
   * @param {Waiting[]} queued
   */
  show(ringing, queued) {
    const calls = [...ringing, ...queued];
    const before = this.#cards;
    this.#cards = new Map(
      calls.map((call) => [call.code, before.get(call.code) ?? this.#card(call.code)]),
    );
    ringing.forEach((call) => {
      this.#fill(call, word('card-ringing'), word('card-answer'));
    });
    queued.forEach((call, index) => {
      this.#fill(call, word('card-place', { place: index + 1 }), word('card-take'));
    });
    this.#place();
    this.#region.hidden = calls.length === 0;
    this.#keepFocus();
  }

  /** Cards that stay are not touched, so that nothing under a finger or the focus moves away. */
  #place() {
    const cards = [...this.#cards.values()];
    for (const card of [...this.#list.children]) {
      if (card instanceof HTMLElement && !cards.includes(card)) card.remove();
    }
    cards.forEach((card, index) => {
      const there = this.#list.children[index] ?? null;
      if (there !== card) this.#list.insertBefore(card, there);
    });
  }

  /** @param {string} code */
  #card(code) {
    const card = copyOf('waiting-card');
    need('[data-answer]', HTMLElement, card).onclick = () => this.actions.answer(code);
    need('[data-decline]', HTMLElement, card).onclick = () => this.actions.decline(code);
    for (const button of card.querySelectorAll('button[data-reason]')) {
      const reason = button.getAttribute('data-reason') ?? undefined;
      button.addEventListener('click', () => this.actions.decline(code, reason));
    }
    return card;
  }

  /**
   * @param {Waiting} call
   * @param {string} place
   * @param {string} action
   */
  #fill(call, place, action) {
    const card = this.#cards.get(call.code);
    if (!card) return;
    fillCall(card, call);
    card.dataset.call = call.code;
    card.dataset.state = call.state;
    need('[data-place]', HTMLElement, card).textContent = place;
    need('[data-answer] span', HTMLElement, card).textContent = action;
  }
}
