// Which of the asked fields the customer will not give, and why.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { buttonPart, copyOf, onceAtATime, part } from './parts.js';
import { fieldNames } from './readable.js';
import { askedFields } from './sheet-views.js';

export class DeclinePanel {
  #root;
  #sync;
  #ask;
  #current;
  /** @type {HTMLInputElement} */ #reason;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{ask: Ask, current: () => InformationRequest | undefined}} options
   */
  constructor(root, sync, { ask, current }) {
    this.#root = root;
    this.#sync = sync;
    this.#ask = ask;
    this.#current = current;
    this.#reason = /** @type {HTMLInputElement} */ (part(root, 'decline-reason'));
    buttonPart(root, 'decline').addEventListener('click', () => this.show(true));
    buttonPart(root, 'decline-cancel').addEventListener('click', () => this.show(false));
    onceAtATime(buttonPart(root, 'decline-send'), () => this.#decline());
    for (const chip of root.querySelectorAll('[data-reason]')) {
      chip.addEventListener('click', () => {
        this.#reason.value = chip.textContent?.trim() ?? '';
        buttonPart(root, 'decline-send').focus();
      });
    }
  }

  /** @param {boolean} shown @param {boolean} [byPerson] */
  show(shown, byPerson = true) {
    if (shown) this.#fill();
    part(this.#root, 'decline-panel').hidden = !shown;
    part(this.#root, 'answer-panel').hidden = shown;
    if (!byPerson) return;
    if (!shown) part(this.#root, 'decline').focus();
    else (this.#ticks.find((tick) => !tick.disabled) ?? this.#reason).focus();
  }

  get #ticks() {
    const list = part(this.#root, 'decline-fields');
    return /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll('input')]);
  }

  /** What has no value yet is what one would decline. */
  #fill() {
    const request = this.#current();
    if (!request) return;
    const keys = askedFields(request);
    const found = part(this.#root, 'decline-template');
    const template = /** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (found));
    const rows = keys.map((key) => {
      const row = copyOf(template);
      const tick = /** @type {HTMLInputElement} */ (row.querySelector('input'));
      tick.value = key;
      tick.checked = keys.length === 1 || this.#sync.view(key).text === '';
      part(row, 'decline-label').textContent = fieldNames([key]);
      return row;
    });
    part(this.#root, 'decline-fields').replaceChildren(...rows);
  }

  async #decline() {
    const request = this.#current();
    const fields = this.#ticks.filter((tick) => tick.checked).map((tick) => tick.value);
    if (!request || fields.length === 0) return;
    const reason = this.#reason.value.trim();
    const data = { request: request.request, fields, reason };
    if (!(await this.#ask('request.decline', data))) return;
    this.#reason.value = '';
    this.show(false);
  }
}
