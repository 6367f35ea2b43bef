// Tells the other side which box this side is in. Going through many boxes with the Tab key says
// only where one stops: a hint may get lost, a socket closed for too many of them may not.

export class FocusHint {
  #send;
  #delay;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {string | null} */ #told = null;
  /** @type {string | null} */ #now = null;

  /**
   * @param {(field: string | null) => Promise<unknown>} send
   * @param {number} delay milliseconds one must stay for it to be told
   */
  constructor(send, delay) {
    this.#send = send;
    this.#delay = delay;
  }

  /** @param {string | null} field */
  at(field) {
    this.#now = field;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), this.#delay);
  }

  #tell() {
    if (this.#now === this.#told) return;
    this.#told = this.#now;
    // one that got lost is told again at the next change of place
    this.#send(this.#told).catch(() => {});
  }
}
