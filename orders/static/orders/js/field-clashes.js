// Two values for one field: both are kept until a person settles which one stands.
/** @import { Clash, FormField } from './form-types.js' */

export class FieldClashes {
  /** @type {Map<string, Clash & {passing: boolean}>} */
  #open = new Map();

  /** @param {string} key @returns {Clash | null} */
  of(key) {
    return this.#open.get(key) ?? null;
  }

  /** @param {string} key @param {string} text the person went on typing, so the clash stays theirs */
  typed(key, text) {
    const clash = this.#open.get(key);
    if (clash) Object.assign(clash, { mine: text, passing: false });
  }

  /** @param {string} key leaving a box one only looked at lets the newer value in */
  left(key) {
    if (this.#open.get(key)?.passing) this.#open.delete(key);
  }

  /** @param {string} key @returns {Clash | null} */
  take(key) {
    const clash = this.of(key);
    this.#open.delete(key);
    return clash;
  }

  /**
   * A remote value arrived for a field.
   * @param {string} key
   * @param {FormField} remote
   * @param {{box: string, busy: boolean, typed: boolean, lost?: string}} local what the box shows,
   *   whether one is in it or has unsent text, and an own value the remote one replaced
   */
  meet(key, remote, { box, busy, typed, lost }) {
    const open = this.#open.get(key);
    // an open clash keeps what the box held when it began: newer values only pass beside it
    const mine = busy ? (open?.mine ?? box) : lost;
    const passing = !typed && lost === undefined && (open?.passing ?? true);
    if (mine === undefined || mine === remote.value) this.#open.delete(key);
    else this.set(key, { theirs: remote.value, mine, by: remote.author }, passing);
  }

  /** @param {string} key @param {Clash} clash @param {boolean} [passing] */
  set(key, clash, passing = false) {
    this.#open.set(key, { ...clash, passing });
  }
}
