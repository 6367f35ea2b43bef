/**
 * Shows the other side the letters in the box, not faster than it can be told. DOM-free.
 */

/** Longest hint, and how many milliseconds lie between two. */
const LONGEST = 500;
const BETWEEN = 250;

export class TypingHints {
  #mine = '';
  #told = '';
  #composing = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #cancel = () => {};

  /**
   * @param {import('../../core/js/clock.js').Clock} clock
   * @param {(text: string) => void} tell
   */
  constructor(clock, tell) {
    this.clock = clock;
    this.tell = tell;
  }

  /** @param {string} text what stands in the box now; of a long line its end */
  type(text) {
    this.#mine = text.slice(-LONGEST);
    if (!this.#composing) this.#soon();
  }

  /**
   * Between the two, letters are on their way to becoming a word of another script: they are
   * shown to nobody before they have become one.
   * @param {boolean} on
   */
  compose(on) {
    this.#composing = on;
    if (!on) this.#soon();
  }

  /** After a gap the other side may not have the letters that stand here. */
  again() {
    this.#told = '';
    if (this.#mine && !this.#composing) this.#soon();
  }

  /** The line was sent; it takes the letters away at the other side. */
  forget() {
    this.#cancel();
    this.#mine = '';
    this.#told = '';
  }

  #soon() {
    this.#cancel();
    const wait = this.#toldAt + BETWEEN - this.clock.now();
    if (wait > 0) this.#cancel = this.clock.after(wait, () => this.#now());
    else this.#now();
  }

  #now() {
    if (this.#told === this.#mine) return;
    this.#told = this.#mine;
    this.#toldAt = this.clock.now();
    this.tell(this.#mine);
  }
}
