/**
 * The offer of going on with sound only, before a weak link drops the call.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { SoundOnly } from './sound-only.js';

/**
 * @typedef {object} Parts
 * @property {() => boolean} sends whether an own picture goes out
 * @property {(on: boolean) => Promise<void>} camera
 * @property {() => void} tell the other side
 * @property {(words: string) => void} say politely
 * @property {string} peer
 */

export class LinkAdvice {
  #advice = new SoundOnly();
  #box = need('#link-advice', HTMLElement);
  #shown = '';

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    need('#advice-yes', HTMLButtonElement).addEventListener('click', () => this.#yes());
    need('#advice-no', HTMLButtonElement).addEventListener('click', () => this.#no());
  }

  /** This side asks for no pictures because of its own link. */
  get isTaken() {
    return this.#advice.offer === 'taken';
  }

  /** @param {import('./quality.js').Verdict} verdict one a second */
  look(verdict) {
    this.#advice.look(verdict, this.parts.sends());
    this.#show();
  }

  /** @param {boolean} wishes the other side asks for sound only */
  asked(wishes) {
    this.#advice.asked(wishes, this.parts.sends());
    this.#show();
  }

  /** The camera was switched by its own control. */
  switched() {
    if (this.parts.sends()) this.#advice.back();
    this.#show();
  }

  async #yes() {
    const { camera, tell } = this.parts;
    const before = this.#advice.offer;
    if (before === 'taken') this.#advice.back();
    else if (before === 'offered') this.#advice.take();
    else this.#advice.refuse();
    await camera(before === 'taken');
    tell();
    this.#show();
  }

  #no() {
    this.#advice.refuse();
    this.#show();
  }

  #show() {
    const { offer } = this.#advice;
    if (offer === this.#shown) return;
    this.#shown = offer;
    const focused = this.#box.contains(document.activeElement);
    this.#box.hidden = offer === 'none';
    if (offer === 'none') {
      if (focused) need('#camera', HTMLButtonElement).focus();
      return;
    }
    const values = { name: this.parts.peer };
    const words = word(`advice-${offer}`, values);
    need('p', HTMLElement, this.#box).textContent = words;
    need('#advice-yes', HTMLButtonElement).textContent = word(`advice-${offer}-yes`);
    const no = need('#advice-no', HTMLButtonElement);
    no.textContent = word(`advice-${offer}-no`);
    no.hidden = offer === 'taken';
    this.parts.say(words);
  }
}
