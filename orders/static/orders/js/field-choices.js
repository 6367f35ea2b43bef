// Answers the merchant offers at a field, as chips: one tap puts an answer into the box.
/** @import { FormSync } from './form-sync.js' */
import { part } from './parts.js';
import { readable } from './readable.js';

export class FieldChoices {
  #root;
  #sync;
  #key;
  /** @type {string[]} */ #shown = [];

  /** @param {HTMLElement} field @param {FormSync} sync */
  constructor(field, sync) {
    this.#root = part(field, 'choices');
    this.#sync = sync;
    this.#key = field.dataset.field ?? '';
  }

  /** @param {readonly string[]} choices */
  render(choices) {
    if (JSON.stringify(choices) !== JSON.stringify(this.#shown)) this.#build(choices);
    this.#root.hidden = choices.length === 0;
    const { text } = this.#sync.view(this.#key);
    for (const [index, chip] of [...this.#root.children].entries()) {
      chip.setAttribute('aria-pressed', String(this.#shown[index] === text));
    }
  }

  /** @param {readonly string[]} choices */
  #build(choices) {
    this.#shown = [...choices];
    const form = { currency: this.#sync.currency, zone: this.#sync.zoneInForce };
    const chips = choices.map((choice) => {
      const chip = document.createElement('button');
      chip.type = 'button';
      chip.className = 'chip chip--choice';
      const name = document.createElement('bdi');
      name.textContent = readable(this.#key, choice, form);
      chip.append(name);
      chip.addEventListener('click', () => this.#take(choice));
      return chip;
    });
    this.#root.replaceChildren(...chips);
  }

  /** @param {string} choice a tap is typing and leaving at once; what waits for Send goes on waiting */
  #take(choice) {
    this.#sync.edit(this.#key, choice);
    this.#sync.leave(this.#key);
  }
}
