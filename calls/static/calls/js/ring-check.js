/**
 * Whether this device can be heard ringing: the test ring with a question, and notifications.
 */

import { need, setIcon } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

/** @typedef {import('./ringer.js').Ringer} Ringer */
/** @typedef {import('./desk-device.js').DeskDevice} DeskDevice */

export class RingCheck {
  #panel = need('#ring-check', HTMLElement);
  #question = need('#ring-question', HTMLElement);
  #help = need('#ring-help', HTMLElement);
  #state = need('#ring-state', HTMLElement);
  #button = need('#test-ring', HTMLButtonElement);

  /**
   * @param {{ringer: Ringer, device: DeskDevice, locked: (locked: boolean) => void}} parts
   */
  constructor(parts) {
    this.parts = parts;
    this.#button.addEventListener('click', () => this.ring());
    need('#ring-again', HTMLElement).addEventListener('click', () => this.ring());
    need('#ring-heard', HTMLElement).addEventListener('click', () => this.#heard());
    need('#ring-unheard', HTMLElement).addEventListener('click', () => this.#unheard());
    need('#notify-ask', HTMLElement).addEventListener('click', () => this.askForNotifications());
    this.showState();
  }

  /** Ring once and ask; to be called from a click. */
  async ring() {
    this.#panel.hidden = false;
    this.#question.textContent = word('ring-playing');
    this.parts.locked(!(await this.parts.ringer.test(word('notify-test'))));
    this.#question.textContent = word('ring-question');
  }

  /** A device that was never heard rings of itself when it goes online. */
  async ringIfUnheard() {
    if (!this.parts.device.heard) await this.ring();
  }

  /** To be called from a click, before anything is waited for. */
  async askForNotifications() {
    await this.parts.ringer.askForNotifications();
    this.showState();
  }

  /** A real ring needs no test any more. */
  hide() {
    this.#panel.hidden = true;
  }

  /** Say what is known: heard or not, notifications or not. */
  showState() {
    const { device, ringer } = this.parts;
    this.#state.className = `state state--${device.heard ? 'pine' : 'amber'}`;
    setIcon(this.#state, device.heard ? 'sound' : 'sound-off');
    need('span', HTMLElement, this.#state).textContent = word(
      device.heard ? 'ring-checked' : 'ring-unchecked',
    );
    need('#notify-state', HTMLElement).textContent = word(`notify-${ringer.notifications}`);
    need('#notify-ask', HTMLElement).hidden = ringer.notifications !== 'default';
  }

  #heard() {
    this.parts.device.heard = true;
    this.parts.ringer.stopTest();
    this.#leave();
  }

  #unheard() {
    this.parts.device.heard = false;
    this.#help.hidden = false;
    this.showState();
    need('#ring-again', HTMLElement).focus();
  }

  #leave() {
    this.#help.hidden = true;
    this.hide();
    this.showState();
    this.#button.focus();
  }
}
