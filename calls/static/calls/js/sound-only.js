/**
 * When to offer going on with sound only: before a weak link drops the call. DOM-free.
 */

/** Seconds of poor verdicts before the offer, and of others before it is taken back. */
const PATIENCE = 8;
const RELIEF = 5;

/** @typedef {'none' | 'offered' | 'taken' | 'asked'} Offer */

export class SoundOnly {
  /** @type {Offer} what the screen shows: an offer, the way back, or the other side's wish */
  offer = 'none';
  #poor = 0;
  #better = 0;
  #refused = false;

  /**
   * One verdict a second.
   * @param {import('./quality.js').Verdict} verdict
   * @param {boolean} sends whether an own picture goes out
   */
  look({ level, side }, sends) {
    const ours = level === 'poor' && side === 'ours';
    this.#poor = ours ? this.#poor + 1 : 0;
    this.#better = ours ? 0 : this.#better + 1;
    if (this.offer === 'offered' && (this.#better >= RELIEF || !sends)) this.offer = 'none';
    const due = this.#poor >= PATIENCE && sends && !this.#refused;
    if (this.offer === 'none' && due) this.offer = 'offered';
  }

  /** The person goes on with sound only. */
  take() {
    this.offer = 'taken';
  }

  /** The person wants to be seen all the same; it is not offered again in this call. */
  refuse() {
    this.#refused = true;
    this.offer = 'none';
  }

  /** The camera is on again, by whatever way. */
  back() {
    this.#poor = 0;
    this.offer = 'none';
  }

  /**
   * The other side said whether its link bears pictures.
   * @param {boolean} wishes sound only
   * @param {boolean} sends whether an own picture goes out
   */
  asked(wishes, sends) {
    if (wishes && sends && this.offer === 'none') this.offer = 'asked';
    else if ((!wishes || !sends) && this.offer === 'asked') this.offer = 'none';
  }
}
