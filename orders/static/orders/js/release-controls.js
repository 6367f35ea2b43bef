// When typing becomes visible to the other side: one choice for all fields, one at each field, and
// beside each field, always, what the other side can see of it now.
/** @import { FormSync } from './form-sync.js' */
/** @import { ReleaseMode, Store } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { fill, maybePart, part } from './parts.js';
import { readable } from './readable.js';
import { RELEASE_MODES, releaseMode, seenNow } from './release-mode.js';

export class ReleaseControls {
  #sync;
  #name;
  #store;
  #modes;
  #all;
  #words;
  /** @type {HTMLElement[]} */ #fields;

  /**
   * @param {HTMLElement} root holds the fields and the choice for all of them
   * @param {FormSync} sync
   * @param {{name: string, store: Store, modes?: readonly ReleaseMode[]}} options name of the other side
   */
  constructor(root, sync, { name, store, modes = RELEASE_MODES }) {
    this.#sync = sync;
    this.#name = name;
    this.#store = store;
    this.#modes = modes;
    this.#all = /** @type {HTMLSelectElement} */ (part(root, 'release'));
    this.#words = maybePart(root, 'release-words');
    this.#fields = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('[data-field]')]);
    this.#restore();
    this.#all.addEventListener('change', () => this.#chooseAll());
    for (const field of this.#fields) {
      boxOf(field)?.addEventListener('change', () => this.#chooseOne(field));
    }
    sync.on(() => this.render());
    this.render();
  }

  get #choice() {
    return this.#sync.outbox.choice;
  }

  /** @param {unknown} wish @returns {ReleaseMode} the strictest there is, where a stricter one was chosen */
  #allowed(wish) {
    const mode = releaseMode(wish);
    return this.#modes.includes(mode) ? mode : (this.#modes.at(-1) ?? 'live');
  }

  #restore() {
    this.#choice.chooseAll(this.#allowed(this.#store.get('release')));
    for (const [key, mode] of Object.entries(this.#store.get('releases') ?? {})) {
      this.#choice.choose(key, this.#allowed(mode));
    }
  }

  #chooseAll() {
    const mode = this.#allowed(this.#all.value);
    this.#choice.chooseAll(mode);
    this.#keep();
    if (mode === 'live') this.#sync.outbox.release();
    this.#sync.tell('release');
  }

  /** @param {HTMLElement} field */
  #chooseOne(field) {
    const key = field.dataset.field ?? '';
    const mode = this.#allowed(boxOf(field)?.value);
    this.#choice.choose(key, mode);
    this.#keep();
    if (mode === 'live') this.#sync.outbox.release([key]);
    this.#sync.tell('release');
  }

  #keep() {
    this.#store.set('release', this.#choice.standard);
    this.#store.set('releases', this.#choice.own);
  }

  render() {
    const { standard } = this.#choice;
    this.#all.value = standard;
    fill(this.#words, word(`form.release.${standard}`, { name: this.#name }));
    for (const field of this.#fields) this.#renderOne(field);
  }

  /** @param {HTMLElement} field */
  #renderOne(field) {
    const key = field.dataset.field ?? '';
    const box = boxOf(field);
    if (!box) return;
    const mode = this.#choice.of(key);
    box.value = mode;
    part(field, 'release-mark').dataset.mode = mode;
    const { text, field: known } = this.#sync.view(key);
    const { value } = known;
    const seen = seenNow({ text, value, mode, online: this.#sync.online || !this.#sync.ready });
    const form = { currency: this.#sync.currency, zone: this.#sync.zoneInForce };
    const sees = part(field, 'sees');
    sees.dataset.seen = seen;
    fill(sees, word(`form.sees.${seen}`, { value: readable(key, value, form) }));
  }
}

/** @param {HTMLElement} field @returns {HTMLSelectElement | null} */
function boxOf(field) {
  return /** @type {HTMLSelectElement | null} */ (maybePart(field, 'release-one'));
}
