// The customer's input window: what the merchant asks for, how typing is released, send or decline.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest, Store } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { word } from '../../core/js/words.js';
import { FieldView } from './field-view.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { groupNames, plural } from './readable.js';
import { releaseMode } from './release-mode.js';
import { askedGroups, openRequests } from './sheet-views.js';

export class InformationWindow {
  #root;
  #sync;
  #names;
  #ask;
  #views;
  #release;
  /** @type {HTMLElement} */ #asks;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{names: import('./form-types.js').Names, ask: Ask, store: Store, asks: HTMLElement}} options
   */
  constructor(root, sync, { names, ask, store, asks }) {
    this.#root = root;
    this.#asks = asks;
    this.#sync = sync;
    this.#names = names;
    this.#ask = ask;
    this.#views = [...root.querySelectorAll('[data-field]')].map(
      (field) => new FieldView(/** @type {HTMLElement} */ (field), sync, names),
    );
    this.#release = /** @type {HTMLSelectElement} */ (part(root, 'release'));
    this.#chooseRelease(store.get('release'), store);
    this.#release.addEventListener('change', () => this.#chooseRelease(this.#release.value, store));
    onceAtATime(buttonPart(root, 'send'), () => this.#answer());
    buttonPart(root, 'decline').addEventListener('click', () => this.#showDecline(true));
    buttonPart(root, 'decline-cancel').addEventListener('click', () => this.#showDecline(false));
    onceAtATime(buttonPart(root, 'decline-send'), () => this.#decline());
  }

  /** @returns {InformationRequest | undefined} the oldest that waits */
  get current() {
    return openRequests(this.#sync.requests)[0];
  }

  /** @param {unknown} wish @param {Store} store */
  #chooseRelease(wish, store) {
    const mode = releaseMode(wish);
    this.#release.value = mode;
    this.#sync.outbox.choice.chooseAll(mode);
    store.set('release', mode);
    fill(
      part(this.#root, 'release-words'),
      word(`form.release.${mode}`, { name: this.#names.merchant }),
    );
    if (mode === 'live') this.#sync.outbox.release();
  }

  async #answer() {
    const request = this.current;
    if (!request) return;
    if (this.#sync.online) await this.#sync.outbox.settled();
    const wrong = this.#views.find((view) => this.#sync.view(view.key).error);
    if (wrong) {
      wrong.focus();
      return;
    }
    await this.#ask('request.answer', { request: request.request });
  }

  async #decline() {
    const request = this.current;
    if (!request) return;
    const reason = /** @type {HTMLInputElement} */ (part(this.#root, 'decline-reason'));
    const picked = /** @type {HTMLInputElement[]} */ ([
      ...this.#root.querySelectorAll('[data-decline]:checked'),
    ]);
    const groups = picked
      .map((tick) => tick.dataset.decline ?? '')
      .filter((group) => asked(request, group));
    const data = { request: request.request, groups, reason: reason.value.trim() };
    if (groups.length === 0 || !(await this.#ask('request.decline', data))) return;
    reason.value = '';
    this.#showDecline(false);
  }

  /** @param {boolean} shown */
  #showDecline(shown) {
    part(this.#root, 'decline-panel').hidden = !shown;
    part(this.#root, 'answer-panel').hidden = shown;
    const next = shown ? 'decline-reason' : 'decline';
    part(this.#root, next).focus();
  }

  render() {
    const request = this.current;
    if (!request) return;
    const groups = askedGroups(request);
    const what = groupNames(groups);
    this.#asks.textContent = word('form.asks', { name: this.#names.merchant, what });
    fill(part(this.#root, 'ask-hint'), request.hint);
    const more = openRequests(this.#sync.requests).length - 1;
    fill(part(this.#root, 'more'), more > 0 ? plural('form.more', more) : '');
    for (const group of this.#all('[data-group]')) {
      group.hidden = !groups.includes(group.dataset.group ?? '');
    }
    this.#renderDecline(request);
  }

  /** @param {InformationRequest} request */
  #renderDecline(request) {
    const isNew = this.#root.dataset.request !== request.request;
    for (const label of this.#all('[data-decline-group]')) {
      label.hidden = !asked(request, label.dataset.declineGroup ?? '') || request.groups.length < 2;
      const tick = label.querySelector('input');
      if (tick && isNew) tick.checked = true;
    }
    if (!isNew) return;
    this.#root.dataset.request = request.request;
    part(this.#root, 'decline-panel').hidden = true;
    part(this.#root, 'answer-panel').hidden = false;
  }

  /** @param {string} selector @returns {HTMLElement[]} */
  #all(selector) {
    return /** @type {HTMLElement[]} */ ([...this.#root.querySelectorAll(selector)]);
  }
}

/** @param {InformationRequest} request @param {string} group */
function asked(request, group) {
  return askedGroups(request).includes(group);
}
