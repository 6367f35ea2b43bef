/**
 * The calls that ring at a desk, oldest first. DOM-free.
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
 */
/** @typedef {Summary & {since: number}} Waiting `since` is on this device's own clock */

export class WaitingCalls {
  /** @type {Map<string, Waiting>} */
  #calls = new Map();

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.now = now;
  }

  /** @returns {Waiting[]} */
  get list() {
    return [...this.#calls.values()].sort((one, other) => one.since - other.since);
  }

  /**
   * What a snapshot says replaces what was known.
   * @param {Summary[]} summaries
   */
  learn(summaries) {
    const before = this.#calls;
    this.#calls = new Map();
    for (const summary of summaries) {
      const known = before.get(summary.code);
      if (known) this.#calls.set(summary.code, { ...summary, since: known.since });
      else this.rang(summary);
    }
  }

  /** @param {Summary} summary */
  rang(summary) {
    if (summary.state !== 'ringing' && summary.state !== 'queued') return;
    const since = this.now() - summary.waiting_seconds * 1000;
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
