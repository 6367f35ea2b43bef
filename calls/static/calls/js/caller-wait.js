/**
 * The caller's page before and after the call: the queue, coming through when it is their turn,
 * and what can be done once it is over. The customer's page only.
 */

import { maybe, need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { outcomeOf } from './call-phases.js';
import { stepsOf } from './next-steps.js';
import { queueWords } from './queue-words.js';

/** @typedef {import('./call-progress.js').CallProgress} CallProgress */
/** @typedef {import('./ringer.js').Ringer} Ringer */

export class CallerWait {
  #place = need('#queue-place', HTMLElement);
  #notify = need('#queue-notify', HTMLButtonElement);
  #steps = need('#next-steps', HTMLElement);
  #phase = '';

  /** @param {{call: CallProgress, ringer: Ringer, cancel: () => Promise<unknown>, name: string}} parts */
  constructor(parts) {
    this.parts = parts;
    const { call, ringer } = parts;
    call.addEventListener('change', () => this.#changed());
    this.#notify.addEventListener('click', () => this.#askForNotifications());
    maybe('#queue-request', HTMLAnchorElement)?.addEventListener('click', (event) => {
      event.preventDefault();
      this.#leaveFor(/** @type {HTMLAnchorElement} */ (event.currentTarget).href);
    });
    document.addEventListener('pointerdown', () => this.#phase === 'queued' && ringer.unlock());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') ringer.stop();
    });
  }

  #changed() {
    const { call } = this.parts;
    if (call.phase === 'queued' && call.queue) this.#showQueue(call.queue);
    if (call.phase === this.#phase) return;
    const before = this.#phase;
    this.#phase = call.phase;
    this.#moved(before, call.phase);
  }

  /**
   * @param {string} before
   * @param {string} phase
   */
  #moved(before, phase) {
    const { call, name, ringer } = this.parts;
    if (phase === 'queued') this.#showNotify();
    if (phase === 'queued') ringer.unlock();
    if (before === 'queued' && phase === 'ringing') {
      ringer.come({ title: word('turn-title', { name }), body: word('turn-body') });
    } else if (phase === 'connecting' && document.hidden) {
      const answered = word('turn-answered', { name: call.memberName || name });
      ringer.start({ title: answered, body: word('turn-body') });
    } else if (before === 'ringing' || before === 'connecting') {
      ringer.stop();
    }
    if (phase === 'ended') this.#showSteps(outcomeOf(call.state, call.endReason));
  }

  /** @param {import('./queue-words.js').Queue} queue */
  #showQueue(queue) {
    const sentences = queueWords(queue, document.documentElement.lang);
    const text = sentences.map(({ key, values }) => word(key, values)).join(' ');
    if (this.#place.textContent !== text) this.#place.textContent = text;
  }

  /** @param {string} outcome */
  #showSteps(outcome) {
    const steps = stepsOf(outcome, this.parts.call.endReason);
    for (const link of this.#steps.children) {
      if (link instanceof HTMLElement) link.hidden = true;
    }
    const links = steps
      .map((step) => maybe(`[data-step="${step}"]`, HTMLElement, this.#steps))
      .filter((link) => link !== null);
    links.forEach((link, index) => {
      link.hidden = false;
      link.classList.toggle('button--primary', index === 0);
      this.#steps.append(link);
    });
  }

  #showNotify() {
    this.#notify.hidden = this.parts.ringer.notifications !== 'default';
  }

  async #askForNotifications() {
    await this.parts.ringer.askForNotifications();
    this.#showNotify();
  }

  /** A request instead of waiting: the place in the queue goes to the next one. @param {string} url */
  async #leaveFor(url) {
    await this.parts.cancel();
    location.assign(url);
  }
}
