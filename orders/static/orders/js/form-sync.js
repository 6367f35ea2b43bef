// The order form as one side sees it: server-ordered fields, optimistic edits, and the rule that a
// remote value never touches a field one is in. Knows nothing of the DOM.
/** @import { CodedError, Confirmations, Edit, FormField, Snapshot, SyncOptions } from './form-types.js' */
import { FocusHint } from './focus-hint.js';
import { formDigest } from './form-digest.js';
import { FormState } from './form-state.js';

export class FormSync extends FormState {
  #options;
  #hint;

  /** @param {SyncOptions} options */
  constructor(options) {
    super(options, {
      onGap: () => this.resync(),
      onAck: (edit, reply) => this.#acked(edit, reply),
      onRefused: (edit, error) => this.#refused(edit, error),
    });
    this.#options = options;
    const tell = (/** @type {string | null} */ field) => options.request('form.focus', { field });
    this.#hint = new FocusHint(tell, options.delay ?? 120);
  }

  /** @param {string} key @param {string} text this person typed */
  edit(key, text) {
    this.book.wanting.delete(key);
    this.book.errors.delete(key);
    this.book.clashes.typed(key, text);
    const asBefore = text === this.book.of(key).value && this.outbox.state(key) !== 'sending';
    if (asBefore) this.outbox.drop(key);
    else this.outbox.type(key, text);
    this.tell('field', key);
  }

  /** @param {string} key */
  focus(key) {
    this.focused = key;
    this.#hint.at(key);
  }

  /** @param {string} key */
  leave(key) {
    if (this.focused === key) this.focused = null;
    this.book.clashes.left(key);
    this.outbox.leave(key);
    this.#hint.at(null);
    this.tell('field', key);
  }

  /** @param {string} key @param {'theirs' | 'mine'} which settles two values with one tap */
  choose(key, which) {
    const clash = this.book.clashes.take(key);
    if (!clash) return;
    this.outbox.drop(key);
    if (clash[which] !== this.book.of(key).value || this.outbox.state(key) === 'sending') {
      this.outbox.type(key, clash[which]);
      this.outbox.release([key]);
    }
    this.tell('field', key, true);
  }

  /** @returns {Promise<{revision: number, digest: string}>} what this screen shows, by its hash */
  async shown() {
    if (!this.#options.isOpen()) throw Object.assign(new Error('offline'), { code: 'offline' });
    await this.outbox.settled();
    if (this.hasErrors) throw Object.assign(new Error('refused'), { code: 'field_refused' });
    const { revision } = this.watch;
    const { form, currency, values } = this;
    const digest = await formDigest({ form, revision, currency, values });
    return { revision, digest };
  }

  /** @param {Snapshot} snapshot */
  restore(snapshot) {
    const { fields, requests, order, seller, currency, state, form, confirmations } = snapshot;
    const { reply = null } = snapshot;
    if (this.ready) for (const [key, field] of Object.entries(fields)) this.#meet(key, field);
    Object.assign(this, {
      requests,
      order,
      reply,
      seller,
      currency,
      state,
      form,
      ready: true,
      online: true,
    });
    this.book.all = { ...fields };
    this.zone = snapshot.locale_zone;
    this.watch.reset(snapshot);
    this.agreement.set(confirmations, this.values);
    this.tell('snapshot');
    this.outbox.resend();
  }

  /** @param {FormField & {field: string, replaced?: {value: string, author: string} | null}} frame */
  edited({ field: key, replaced, ...remote }) {
    const lost = replaced?.author === this.role ? replaced.value : undefined;
    this.#meet(key, remote, lost);
    this.book.keep(key, remote);
    this.#moved(remote.revision, key);
  }

  /** @param {FormField & {field: string}} reply the server took back this side's own last edit */
  undone({ field: key, value, revision }) {
    this.outbox.drop(key);
    this.book.errors.delete(key);
    this.book.keep(key, { value, author: this.role, revision });
    this.#moved(revision, key);
    this.tell('field', key, true);
  }

  /** @param {Confirmations} confirmations */
  confirmed(confirmations) {
    this.agreement.set(confirmations, this.values);
    this.tell('confirmations');
  }

  /** @param {Record<string, string>} fields key to code, as a refused confirmation names them */
  want(fields) {
    this.book.wanting = new Map(Object.entries(fields));
    this.tell('field');
  }

  /** @param {string} kind @param {Partial<Pick<FormSync, 'requests' | 'order' | 'reply' | 'state' | 'theirFocus' | 'online'>>} change */
  change(kind, change) {
    Object.assign(this, change);
    this.tell(kind);
  }

  resync() {
    const { epoch, revision } = this.watch;
    const asked = this.#options.request('form.sync', { epoch, revision });
    // when it fails, the next heartbeat shows the gap again
    asked.then((reply) => this.restore(/** @type {any} */ (reply))).catch(() => {});
  }

  /** @param {string} key @param {FormField} remote @param {string} [lost] an own value it replaced */
  #meet(key, remote, lost) {
    const typed = this.outbox.text(key);
    this.book.meet(key, remote, { inside: this.focused === key, typed, lost });
  }

  /** @param {Edit} edit @param {Record<string, any>} reply */
  #acked({ field: key, value: sent }, { revision, value, replaced }) {
    this.book.keep(key, { value, author: this.role, revision });
    if (replaced && replaced.author !== this.role && replaced.value !== value) {
      this.book.clashes.set(key, { theirs: replaced.value, mine: sent, by: replaced.author });
    }
    this.#moved(revision, key);
  }

  /** @param {Edit} edit @param {CodedError} error */
  #refused({ field: key, value: text }, { code = 'failed', message }) {
    if (this.outbox.text(key) === undefined) this.book.errors.set(key, { code, message, text });
    this.tell('field', key);
  }

  /** @param {number} revision @param {string} key */
  #moved(revision, key) {
    if (revision > this.watch.revision && this.agreement.drop()) this.tell('confirmations');
    this.watch.saw(revision);
    this.tell('field', key);
  }
}
