// The form as this side knows it now, and what a box has to show. Reading only; `form-sync` changes it.
/** @import { InformationRequest, OrderSummary, Reply, Seller, SyncEvent, SyncOptions } from './form-types.js' */
import { FieldBook } from './field-book.js';
import { FormAgreement } from './form-agreement.js';
import { valuesOf } from './form-digest.js';
import { FormOutbox } from './form-outbox.js';
import { memoryStore } from './page-store.js';
import { RevisionWatch } from './revision-watch.js';

export class FormState {
  /** @type {InformationRequest[]} */ requests = [];
  /** @type {OrderSummary | null} */ order = null;
  /** @type {Reply | null} what the customer said instead of confirming */ reply = null;
  /** @type {Seller} */ seller = {};
  form = '';
  currency = '';
  zone = '';
  state = '';
  ready = false;
  online = false;
  /** @type {string | null} the field this side is in */ focused = null;
  /** @type {string | null} the field the other side is in */ theirFocus = null;
  /** @type {Set<(event: SyncEvent) => void>} */ #listeners = new Set();

  /**
   * @param {SyncOptions} options
   * @param {object} wiring
   * @param {() => void} wiring.onGap
   * @param {import('./form-outbox.js').OutboxOptions['onAck']} wiring.onAck
   * @param {import('./form-outbox.js').OutboxOptions['onRefused']} wiring.onRefused
   */
  constructor(options, { onGap, onAck, onRefused }) {
    const { role, request, isOpen, store = memoryStore(), delay = 120, patience = 400 } = options;
    const { newOp = () => globalThis.crypto.randomUUID() } = options;
    this.role = role;
    this.book = new FieldBook(role);
    this.agreement = new FormAgreement(store);
    this.watch = new RevisionWatch({ onGap, patience });
    this.outbox = new FormOutbox({
      request,
      isOpen,
      store,
      newOp,
      delay,
      onAck,
      onRefused,
      baseOf: (key) => this.book.of(key).revision,
    });
  }

  /** @param {(event: SyncEvent) => void} listener */
  on(listener) {
    this.#listeners.add(listener);
  }

  /** @param {string} key everything a box has to show */
  view(key) {
    const field = this.book.of(key);
    const error = this.book.errors.get(key) ?? null;
    const wanting = this.book.wanting.get(key) ?? '';
    const text = this.outbox.text(key) ?? error?.text ?? field.value;
    const clash = this.book.clashes.of(key);
    const sending = this.outbox.state(key);
    const mark = this.book.mark(key, this.agreement.confirmations);
    const theirHand = this.theirFocus === key;
    const queried = this.#isQueried(key);
    return { text, field, error, wanting, clash, sending, mark, theirHand, queried };
  }

  /** @param {string} key the customer questioned the value that still stands */
  #isQueried(key) {
    const { reply } = this;
    return Boolean(reply?.fields.includes(key) && this.book.of(key).revision <= reply.revision);
  }

  get values() {
    return valuesOf(this.book.all);
  }

  /** The zone the form's times are read in: the agreed one, else the merchant's. */
  get zoneInForce() {
    return this.book.of('time.zone').value || this.zone;
  }

  get stand() {
    return this.agreement.stand(this.role, this.watch.revision);
  }

  get changed() {
    return this.agreement.changed(this.values);
  }

  get hasErrors() {
    return this.book.errors.size > 0;
  }

  /** @param {string} kind @param {string} [key] @param {boolean} [forced] */
  tell(kind, key, forced) {
    for (const listener of this.#listeners) listener({ kind, key, forced });
  }
}
