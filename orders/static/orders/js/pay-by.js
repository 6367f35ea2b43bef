// Counts down to the end of an offer, wherever the page says when that is.
import { word } from '../../core/js/words.js';
import { maybePart } from './parts.js';
import { language } from './readable.js';
import { nextTick, timeLeft } from './time-left.js';

/** @typedef {import('../../core/js/clock.js').Clock} Clock */

export class PayBy {
  #root;
  #clock;
  #onOver;
  /** @type {() => void} */ #cancel = () => {};

  /**
   * @param {HTMLElement} root
   * @param {{clock: Clock, onOver: () => void}} parts
   */
  constructor(root, { clock, onOver }) {
    this.#root = root;
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Show what is left; to be called again whenever the page was written anew. */
  show() {
    this.#cancel();
    const line = /** @type {HTMLElement | null} */ (this.#root.querySelector('[data-pay-by]'));
    if (!line) return;
    const left = Date.parse(line.dataset.payBy ?? '') - this.#clock.now();
    const words = timeLeft(left, language());
    const shown = maybePart(line, 'time-left');
    if (shown) shown.textContent = words ? word('order.left', { time: words }) : word('order.over');
    if (words) this.#cancel = this.#clock.after(nextTick(left), () => this.show());
    else this.#onOver();
  }
}
