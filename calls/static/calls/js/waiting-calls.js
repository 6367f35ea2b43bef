/**
 * The calls that wait for somebody: those that ring at this desk, and the queue behind them.
 * DOM-free.
 */

/**
 * @typedef {object} Summary
 * @property {string} code
 * @property {string} state
 * @property {string} customer_name
 * @property {string} page
 * @property {string} requested_at
 * @property {string} ring_until
 * @property {number} waiting_seconds
 * @property {boolean} seen_before
 * @property {string | null} [callback] id of the request it answers
 */
/** @typedef {Summary & {since: number}} Waiting `since` is on this device's own clock */

export class WaitingCalls {
  /** @type {Map<string, Waiting>} */
  #calls = new Map();

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.now = now;
  }

  /** @returns {Waiting[]} who waits longest comes first */
  get list() {
    return [...this.#calls.values()].sort((one, other) => one.since - other.since);
  }

  /** @returns {Waiting[]} those that ring here */
  get ringing() {
    return this.list.filter(({ state }) => state === 'ringing');
  }

  /** @returns {Waiting[]} those that wait until a member becomes free; the index is their place */
  get queued() {
    return this.list.filter(({ state }) => state === 'queued');
  }

  /**
   * What a snapshot says replaces what was known.
   * @param {Summary[]} summaries
   */
  learn(summaries) {
    const before = this.#calls;
    this.#calls = new Map();
    for (const summary of summaries) {
      this.add(summary, before.get(summary.code));
    }
  }

  /**
   * It rings here, or waits in the queue; how long is counted on from what was known.
   * @param {Summary} summary
   * @param {Waiting} [known]
   */
  add(summary, known = this.#calls.get(summary.code)) {
    if (summary.state !== 'ringing' && summary.state !== 'queued') return;
    const since = known?.since ?? this.now() - summary.waiting_seconds * 1000;
    this.#calls.set(summary.code, { ...summary, since });
  }

  /**
   * Answered, declined, missed or cancelled: it waits no longer.
   * @param {string} code
   * @returns {Waiting | undefined}
   */
  remove(code) {
    const call = this.#calls.get(code);
    this.#calls.delete(code);
    return call;
  }

  /** @param {Waiting} call */
  secondsOf(call) {
    return Math.max(0, Math.floor((this.now() - call.since) / 1000));
  }
}
