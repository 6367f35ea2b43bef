// When a typed value leaves the customer's hands: as they type, when they leave the field, or on send.
/** @import { ReleaseMode } from './form-types.js' */

/** @type {readonly ReleaseMode[]} */
export const RELEASE_MODES = ['live', 'leave', 'send'];

/** @param {unknown} value @returns {ReleaseMode} what was chosen, or `live` for anything unknown */
export function releaseMode(value) {
  return RELEASE_MODES.find((mode) => mode === value) ?? 'live';
}

/**
 * Whether a draft may be sent now.
 * @param {ReleaseMode} mode
 * @param {'typed' | 'left' | 'sent'} moment
 */
export function releases(mode, moment) {
  return RELEASE_MODES.indexOf(mode) <= ['typed', 'left', 'sent'].indexOf(moment);
}

/**
 * What the other side can see of a field now, so that it can always be said beside it.
 * @param {{text: string, value: string, mode: ReleaseMode, online: boolean}} field what is in the
 *   box, what the server has, how typing leaves it, and whether it can
 * @returns {'as-typed' | 'as-left' | 'as-sent' | 'all' | 'none' | 'old'}
 */
export function seenNow({ text, value, mode, online }) {
  const waits = text !== value && (mode !== 'live' || !online);
  if (waits) return value === '' ? 'none' : 'old';
  if (mode === 'live') return 'as-typed';
  if (value !== '') return 'all';
  return mode === 'leave' ? 'as-left' : 'as-sent';
}

/** The choice of one person: a default and exceptions by field. */
export class ReleaseChoice {
  /** @type {Map<string, ReleaseMode>} */
  #own = new Map();
  /** @type {ReleaseMode} */
  standard;

  /** @param {unknown} [standard] */
  constructor(standard = 'live') {
    this.standard = releaseMode(standard);
  }

  /** The exceptions, to be kept. */
  get own() {
    return Object.fromEntries(this.#own);
  }

  /** @param {string} key */
  of(key) {
    return this.#own.get(key) ?? this.standard;
  }

  /** @param {string} key @param {ReleaseMode} mode */
  choose(key, mode) {
    this.#own.set(key, mode);
  }

  /** @param {ReleaseMode} mode sets the default and forgets the exceptions */
  chooseAll(mode) {
    this.standard = mode;
    this.#own.clear();
  }
}
