// What the customer kept from earlier: offered to themselves alone, put in with one tap.
/** @import { FormSync } from './form-sync.js' */
/** @import { Ask } from './request-composer.js' */
import { buttonPart, copyOf, part } from './parts.js';
import { readable } from './readable.js';

/** @typedef {{id: string, values: Record<string, string>}} Known */

/** @param {string} key @returns {boolean} whether a field is one that can be kept */
export function isKept(key) {
  return key.startsWith('address.') || key.startsWith('contact.');
}

/**
 * What a kept set offers for the asked fields; nothing that stands there already.
 * @param {Known[]} known newest first
 * @param {readonly string[]} asked
 * @param {(key: string) => string} textOf what is in the box
 * @returns {(Known & {keys: string[]})[]} each different offer once
 */
export function offersFor(known, asked, textOf) {
  /** @type {Map<string, Known & {keys: string[]}>} */
  const offers = new Map();
  for (const { id, values } of known) {
    const keys = asked.filter((key) => isKept(key) && (values[key] ?? '') !== '');
    const offer = JSON.stringify(keys.map((key) => [key, values[key]]));
    const isNews = keys.some((key) => values[key] !== textOf(key));
    if (isNews && !offers.has(offer)) offers.set(offer, { id, values, keys });
  }
  return [...offers.values()];
}

export class KnownValues {
  #root;
  #sync;
  #ask;
  /** @type {Known[]} */ #known = [];
  #isAsked = false;
  /** @type {string} */ #shown = '';

  /** @param {ParentNode} root @param {FormSync} sync @param {Ask} ask */
  constructor(root, sync, ask) {
    this.#root = part(root, 'known');
    this.#sync = sync;
    this.#ask = ask;
  }

  /** @param {readonly string[]} asked */
  render(asked) {
    if (!this.#isAsked && this.#sync.online && asked.some(isKept)) this.#load(asked);
    const { state } = this.#sync;
    const offers = offersFor(this.#known, asked, (key) => this.#sync.view(key).text);
    this.#root.hidden = offers.length === 0 || state !== 'open';
    const shown = JSON.stringify(offers);
    if (shown === this.#shown) return;
    this.#shown = shown;
    part(this.#root, 'known-list').replaceChildren(...offers.map((offer) => this.#one(offer)));
  }

  /** @param {readonly string[]} asked */
  async #load(asked) {
    this.#isAsked = true;
    const reply = await this.#ask('known.list', {});
    this.#known = reply?.known ?? [];
    this.render(asked);
  }

  /** @param {Known & {keys: string[]}} offer */
  #one({ id, values, keys }) {
    const found = part(this.#root, 'known-template');
    const row = copyOf(/** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (found)));
    const form = { currency: this.#sync.currency, zone: this.#sync.zoneInForce };
    const words = keys.map((key) => readable(key, values[key] ?? '', form));
    part(row, 'known-text').textContent = words.join(', ');
    buttonPart(row, 'known-use').addEventListener('click', () => {
      for (const key of keys) {
        this.#sync.edit(key, values[key] ?? '');
        this.#sync.leave(key);
      }
    });
    buttonPart(row, 'known-forget').addEventListener('click', async () => {
      const reply = await this.#ask('known.forget', { known: id });
      if (!reply) return;
      this.#known = reply.known ?? [];
      this.#sync.tell('known');
    });
    return row;
  }

  /** After an answer that kept something the list is another one. */
  forgetList() {
    this.#isAsked = false;
  }
}
