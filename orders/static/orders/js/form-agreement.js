// Who confirmed what, and what has changed since somebody last did.
/** @import { Confirmations, Role, Store } from './form-types.js' */

export class FormAgreement {
  /** @type {Confirmations} */
  confirmations = { customer: null, merchant: null };
  /** @type {Record<string, string> | null} what stood there when it was last confirmed */
  #confirmed;
  /** @type {Record<string, string> | null} the confirmed state that an edit has since overtaken */
  #overtaken;
  #store;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    const kept = store.get('agreement') ?? {};
    this.#confirmed = kept.confirmed ?? null;
    this.#overtaken = kept.overtaken ?? null;
  }

  /** @param {Confirmations} confirmations @param {Record<string, string>} values */
  set(confirmations, values) {
    const some = confirmations.customer !== null || confirmations.merchant !== null;
    this.confirmations = { ...confirmations };
    if (some) this.#confirmed = { ...values };
    else this.#overtake();
    if (confirmations.customer !== null && confirmations.merchant !== null) this.#overtaken = null;
    this.#save();
  }

  /** An edit arrived or was acknowledged: every confirmation falls. */
  drop() {
    if (this.confirmations.customer === null && this.confirmations.merchant === null) return false;
    this.confirmations = { customer: null, merchant: null };
    this.#overtake();
    this.#save();
    return true;
  }

  /** What both had before them when somebody last confirmed and an edit then overtook it. */
  get before() {
    return this.#overtaken;
  }

  /** @param {Record<string, string>} values @returns {string[]} keys that differ from what was confirmed before */
  changed(values) {
    const before = this.#overtaken;
    if (!before) return [];
    const keys = new Set([...Object.keys(before), ...Object.keys(values)]);
    return [...keys].filter((key) => (before[key] ?? '') !== (values[key] ?? '')).sort();
  }

  /** @param {Role} role @param {number} revision @returns {'none' | 'mine' | 'theirs' | 'both'} */
  stand(role, revision) {
    const mine = this.confirmations[role] === revision;
    const theirs = this.confirmations[role === 'customer' ? 'merchant' : 'customer'] === revision;
    if (mine && theirs) return 'both';
    if (mine) return 'mine';
    return theirs ? 'theirs' : 'none';
  }

  #overtake() {
    if (!this.#confirmed) return;
    this.#overtaken ??= this.#confirmed;
    this.#confirmed = null;
  }

  #save() {
    this.#store.set('agreement', { confirmed: this.#confirmed, overtaken: this.#overtaken });
  }
}
