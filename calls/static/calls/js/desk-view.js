/**
 * The desk's face beside the calls: the switch and its words, the way calls take, toasts, time.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { clockTime } from './call-phases.js';

/** @typedef {import('./waiting-calls.js').WaitingCalls} WaitingCalls */

export class DeskView {
  #switch = need('#reachable', HTMLInputElement);
  #words = need('#reachable-words', HTMLElement);
  #sound = need('#sound-locked', HTMLElement);
  #endpoint = '';

  /**
   * @param {boolean} wanted what the switch says
   * @param {'offline' | 'joining' | 'reachable' | 'cut'} state
   */
  showReachable(wanted, state) {
    this.#switch.checked = wanted;
    document.body.dataset.desk = state;
    const text = word(`desk-${state}`);
    if (this.#words.textContent !== text) this.#words.textContent = text;
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

  /** @param {string} [endpoint] which of the desks that are online is this one */
  markThisDevice(endpoint = this.#endpoint) {
    this.#endpoint = endpoint;
    for (const row of document.querySelectorAll('[data-endpoint]')) {
      const mark = need('[data-this-device]', HTMLElement, row);
      mark.hidden = row.getAttribute('data-endpoint') !== endpoint;
    }
  }

  /** @param {WaitingCalls} calls once a second; not in a live region */
  tick(calls) {
    for (const call of calls.list) {
      const text = word('waiting', { time: clockTime(calls.secondsOf(call)) });
      for (const element of document.querySelectorAll(`[data-wait="${CSS.escape(call.code)}"]`)) {
        element.textContent = text;
      }
    }
  }

  /** @param {string} text */
  toast(text) {
    const toast = document.createElement('p');
    toast.className = 'toast';
    toast.textContent = text;
    need('#toasts', HTMLElement).append(toast);
    setTimeout(() => toast.remove(), 6000);
  }
}
