// One polite status region for what the other side does: said when their hand rests, not per key.

const REST = 1500;

export class Announcer {
  /** @type {Map<string, string>} */ #waiting = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #region;
  #rest;

  /** @param {{textContent: string | null}} region @param {number} [rest] */
  constructor(region, rest = REST) {
    this.#region = region;
    this.#rest = rest;
  }

  /** @param {string} topic a later message on the same topic replaces the waiting one @param {string} text */
  later(topic, text) {
    this.#waiting.delete(topic);
    this.#waiting.set(topic, text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), this.#rest);
  }

  /** @param {string} text at once, such as a new request */
  now(text) {
    this.#waiting.set(text, text);
    clearTimeout(this.#timer);
    this.#say();
  }

  #say() {
    this.#region.textContent = [...this.#waiting.values()].join(' ');
    this.#waiting.clear();
  }
}
