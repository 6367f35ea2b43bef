// What was typed and is not yet acknowledged. One edit per field is on its way at a time; what is
// typed meanwhile waits, so that keystrokes coalesce and an edit never clashes with its own author.
/** @import { CodedError, Edit, Request, Store } from './form-types.js' */
import { ReleaseChoice, releases } from './release-mode.js';

/** Failures of the way, not of the value: the edit stays and goes out again with the same op. */
const LOST = new Set(['offline', 'connection_lost', 'timed_out', 'closed', 'too_fast']);

/**
 * @typedef {object} OutboxOptions
 * @property {Request} request
 * @property {() => boolean} isOpen
 * @property {(key: string) => number} baseOf
 * @property {(edit: Edit, reply: Record<string, any>) => void} onAck
 * @property {(edit: Edit, error: CodedError) => void} onRefused
 * @property {Store} store
 * @property {() => string} newOp
 * @property {number} delay
 */

export class FormOutbox {
  /** @type {Map<string, string>} */ #drafts = new Map();
  /** @type {Map<string, number>} the field's revision before a writer's eyes, by draft */ #bases =
    new Map();
  /** @type {Map<string, Edit>} */ #flights = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */ #timers = new Map();
  /** @type {Set<string>} */ #composing = new Set();
  /** @type {(() => void)[]} */ #waiting = [];
  /** @type {OutboxOptions} */ #options;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  choice = new ReleaseChoice();

  /** @param {OutboxOptions} options */
  constructor(options) {
    this.#options = options;
    const kept = options.store.get('outbox') ?? { drafts: {}, flights: [] };
    for (const [key, text] of Object.entries(kept.drafts)) this.#drafts.set(key, text);
    for (const [key, base] of Object.entries(kept.bases ?? {})) this.#bases.set(key, base);
    for (const edit of kept.flights) this.#flights.set(edit.field, edit);
  }

  /** @param {string} key what the person typed and the server has not acknowledged, else undefined */
  text(key) {
    return this.#drafts.get(key) ?? this.#flights.get(key)?.value;
  }

  /** @param {string} key @returns {'held' | 'sending' | ''} */
  state(key) {
    if (this.#flights.has(key)) return 'sending';
    return this.#drafts.has(key) ? 'held' : '';
  }

  get size() {
    return this.#drafts.size + this.#flights.size;
  }

  /** @param {string} key @param {string} text */
  type(key, text) {
    this.#drafts.set(key, text);
    // not the one of the sending: a value that came in between was not seen, and the server says so
    this.#bases.set(key, this.#options.baseOf(key));
    this.#save();
    if (releases(this.choice.of(key), 'typed')) this.#schedule(key);
  }

  /** @param {string} key @param {boolean} on a composition (Chinese, Japanese) is not sent half-way */
  compose(key, on) {
    if (on) this.#composing.add(key);
    else this.#composing.delete(key);
  }

  /** @param {string} key the field lost the focus */
  leave(key) {
    this.#composing.delete(key);
    if (releases(this.choice.of(key), 'left')) this.#pump(key);
  }

  /** @param {Iterable<string>} [keys] sends the drafts now, whatever the release choice says */
  release(keys = [...this.#drafts.keys()]) {
    for (const key of keys) this.#pump(key);
  }

  /** @param {string} key */
  drop(key) {
    this.#drafts.delete(key);
    this.#bases.delete(key);
    this.#save();
    this.#wake();
  }

  /** After a new snapshot: each edit that has no answer goes out again under its own op. */
  resend() {
    for (const edit of this.#flights.values()) this.#deliver(edit);
    for (const key of this.#drafts.keys()) {
      if (releases(this.choice.of(key), 'typed')) this.#pump(key);
    }
  }

  /** @returns {Promise<void>} when nothing is on its way or waiting to be sent */
  settled() {
    this.release();
    return this.size === 0 ? Promise.resolve() : new Promise((done) => this.#waiting.push(done));
  }

  /** @param {string} key */
  #schedule(key) {
    if (this.#timers.has(key)) return;
    const later = setTimeout(() => {
      this.#timers.delete(key);
      if (!this.#composing.has(key)) this.#pump(key);
    }, this.#options.delay);
    this.#timers.set(key, later);
  }

  /** @param {string} key */
  #pump(key) {
    const text = this.#drafts.get(key);
    if (text === undefined || this.#flights.has(key) || !this.#options.isOpen()) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const { newOp, baseOf } = this.#options;
    const base = this.#bases.get(key) ?? baseOf(key);
    const edit = { op: newOp(), field: key, value: text, base };
    this.#drafts.delete(key);
    this.#bases.delete(key);
    this.#flights.set(key, edit);
    this.#save();
    this.#deliver(edit);
  }

  /** @param {Edit} edit */
  #deliver(edit) {
    if (!this.#options.isOpen()) return;
    this.#options.request('form.edit', { ...edit }).then(
      (reply) => this.#end(edit, () => this.#options.onAck(edit, reply)),
      (error) => this.#failed(edit, error),
    );
  }

  /** @param {Edit} edit @param {CodedError} error */
  #failed(edit, error) {
    if (error.code !== undefined && !LOST.has(error.code)) {
      this.#end(edit, () => this.#options.onRefused(edit, error));
      return;
    }
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.resend(), 1000);
  }

  /** @param {Edit} edit @param {() => void} tell */
  #end(edit, tell) {
    // a second answer to the same op (sent again after a drop) changes nothing
    if (this.#flights.get(edit.field)?.op !== edit.op) return;
    this.#flights.delete(edit.field);
    this.#save();
    tell();
    if (releases(this.choice.of(edit.field), 'typed')) this.#schedule(edit.field);
    if (this.#waiting.length > 0) this.#pump(edit.field);
    this.#wake();
  }

  #wake() {
    if (this.size > 0) return;
    for (const done of this.#waiting.splice(0)) done();
  }

  #save() {
    const [drafts, bases] = [this.#drafts, this.#bases].map((kept) => Object.fromEntries(kept));
    this.#options.store.set('outbox', { drafts, bases, flights: [...this.#flights.values()] });
  }

  stop() {
    clearTimeout(this.#retry);
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
