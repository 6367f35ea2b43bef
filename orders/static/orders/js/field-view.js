// One field of the form: its box, who wrote the value, its mark, the other side's live hand, two
// values at once, and what is wrong with it. The box is never written while one is in it.
/** @import { FormSync } from './form-sync.js' */
import { word } from '../../core/js/words.js';
import { buttonPart, fill, maybePart, part } from './parts.js';
import { problemWords } from './problem.js';
import { nameCountries, readable, readableClock, readableTime } from './readable.js';

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Box */

export class FieldView {
  #sync;
  #root;
  #names;
  /** @type {Box} */ #box;
  #showsError = false;
  key;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {import('./form-types.js').Names} names of both sides, by role
   */
  constructor(root, sync, names) {
    this.#root = root;
    this.#sync = sync;
    this.#names = names;
    this.key = root.dataset.field ?? '';
    this.#box = /** @type {Box} */ (part(root, 'box'));
    if (this.#box instanceof HTMLSelectElement) nameCountries(this.#box);
    this.#listen();
    sync.on(({ kind, key, forced }) => {
      if (kind !== 'field' || key === undefined || key === this.key) this.render(forced);
    });
  }

  focus() {
    this.#root.closest('details')?.setAttribute('open', '');
    this.#box.focus();
  }

  #listen() {
    const { key } = this;
    const box = this.#box;
    const sync = this.#sync;
    box.addEventListener('focus', () => sync.focused !== key && sync.focus(key));
    box.addEventListener('compositionstart', () => sync.outbox.compose(key, true));
    box.addEventListener('compositionend', () => {
      sync.outbox.compose(key, false);
      sync.edit(key, box.value);
    });
    box.addEventListener('input', (event) => {
      if (/** @type {InputEvent} */ (event).isComposing) return;
      this.#showsError = false;
      sync.edit(key, box.value);
    });
    this.#root.addEventListener('focusout', (event) => this.#left(event));
    this.#listenToClash(box);
  }

  /** @param {Box} box */
  #listenToClash(box) {
    const clash = maybePart(this.#root, 'clash');
    if (!clash) return;
    // pressing a button must not take the focus out of the box first: leaving would settle it
    clash.addEventListener('pointerdown', (event) => event.preventDefault());
    clash.addEventListener('mousedown', (event) => event.preventDefault());
    for (const which of /** @type {const} */ (['theirs', 'mine'])) {
      buttonPart(clash, `take-${which}`).addEventListener('click', () => {
        this.#sync.choose(this.key, which);
        box.focus();
      });
    }
  }

  /** @param {FocusEvent} event */
  #left(event) {
    const to = event.relatedTarget;
    if (to instanceof Node && this.#root.contains(to)) return;
    if (this.#sync.focused !== this.key) return;
    this.#showsError = true;
    this.#sync.leave(this.key);
  }

  /** @param {boolean} [forced] write the box although one is in it: the person asked for it */
  render(forced = false) {
    const view = this.#sync.view(this.key);
    const box = this.#box;
    const inside = document.activeElement === box || this.#sync.focused === this.key;
    if ((!inside || forced) && box.value !== view.text) box.value = view.text;
    this.#lock(this.#sync.state !== 'open');
    this.#root.classList.toggle('field--remote', view.theirHand);
    this.#root.dataset.mark = view.queried ? 'disputed' : view.mark;
    fill(maybePart(this.#root, 'flag'), view.theirHand ? this.#typing() : '');
    this.#renderBy(view);
    this.#renderReading(view.text);
    this.#renderClash(view.clash);
    this.#renderError(this.#complaint(view, inside));
  }

  /** @param {boolean} locked once ordered, the form only shows */
  #lock(locked) {
    const box = this.#box;
    if (box instanceof HTMLSelectElement) box.disabled = locked;
    else box.readOnly = locked;
  }

  #typing() {
    const other = this.#sync.role === 'customer' ? 'merchant' : 'customer';
    return word('form.typing', { name: this.#names[other] });
  }

  /** @param {ReturnType<FormSync['view']>} view */
  #renderBy({ field, mark, sending, queried }) {
    const by = maybePart(this.#root, 'by');
    if (!by) return;
    const mine = field.author === this.#sync.role;
    const name = mine
      ? word('form.you')
      : field.author_name || this.#names[field.author === 'merchant' ? 'merchant' : 'customer'];
    by.dataset.hand = mine ? 'mine' : 'theirs';
    by.hidden = field.value === '' && sending === '';
    fill(maybePart(by, 'author'), field.value === '' ? '' : name);
    const said = queried ? 'queried' : mark;
    fill(maybePart(by, 'mark'), field.value === '' ? '' : word(`form.mark.${said}`));
    fill(maybePart(by, 'at'), field.value === '' ? '' : readableClock(field.at ?? ''));
    fill(maybePart(by, 'sending'), this.#waiting(sending));
  }

  /** @param {'held' | 'sending' | ''} sending */
  #waiting(sending) {
    if (sending === '') return '';
    if (!this.#sync.online) return word('form.kept');
    const live = this.#sync.outbox.choice.of(this.key) === 'live';
    return sending === 'held' && !live ? word('form.held') : '';
  }

  /** @param {string} text */
  #renderReading(text) {
    const reading = maybePart(this.#root, 'reading');
    if (reading) fill(reading, readableTime(text, this.#sync.zoneInForce));
  }

  /** @param {import('./form-types.js').Clash | null} clash */
  #renderClash(clash) {
    const root = maybePart(this.#root, 'clash');
    if (!root) return;
    const isNew = root.hidden && clash !== null;
    root.hidden = clash === null;
    if (!clash) return;
    const form = { currency: this.#sync.currency, zone: this.#sync.zoneInForce };
    part(root, 'theirs').textContent = readable(this.key, clash.theirs, form);
    part(root, 'mine').textContent = readable(this.key, clash.mine, form);
    if (isNew && this.#sync.focused === this.key) root.scrollIntoView({ block: 'nearest' });
  }

  /** @param {ReturnType<FormSync['view']>} view @param {boolean} inside @returns {string} not while one types */
  #complaint({ error, wanting }, inside) {
    if (error && (!inside || this.#showsError)) return problemWords(error);
    return wanting ? word(`form.error.${wanting}`) : '';
  }

  /** @param {string} complaint */
  #renderError(complaint) {
    fill(maybePart(this.#root, 'error-text'), complaint);
    part(this.#root, 'error').hidden = complaint === '';
    if (complaint) this.#box.setAttribute('aria-invalid', 'true');
    else this.#box.removeAttribute('aria-invalid');
  }
}
