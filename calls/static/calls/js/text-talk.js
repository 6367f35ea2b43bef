/**
 * Real-time text beside a call: letters appear at the other side as they are typed, lines stay.
 * DOM-free. Lines are numbered by the server without gaps, so a lost one is noticed.
 *
 * Events: `line` (detail: Line, said by the other side just now), `change` (read the fields).
 */

import { TypingHints } from './typing-hints.js';

const LONGEST = 1000;

/** @typedef {'customer' | 'merchant'} Role */
/** @typedef {{number: number, role: Role, name: string, text: string, at: string, op?: string}} Line */
/** @typedef {{op: string, text: string, failed: boolean}} Waiting */
/**
 * @typedef {object} Parts
 * @property {Role} role
 * @property {import('./peer-link.js').Signals & EventTarget} socket
 * @property {import('../../core/js/clock.js').Clock} clock
 * @property {() => string} newOp
 */

export class TextTalk extends EventTarget {
  /** @type {Map<number, Line>} */
  #lines = new Map();
  /** @type {Waiting[]} own lines the server has not taken yet */
  waiting = [];
  /** What the other side is typing now. */
  theirs = '';
  #asking = false;
  /** Lines up to this number are too old to be shown. */
  #before = 0;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    const { socket } = parts;
    this.hints = new TypingHints(parts.clock, (typed) => {
      socket.request('text.type', { text: typed }).catch(() => {});
    });
    socket.on('call.snapshot', ({ texts = [] }) => this.#begin(texts));
    socket.on('text.said', (line) => this.#said(/** @type {any} */ (line)));
    socket.on('text.typed', ({ role, text }) => this.#typed(role, text));
    socket.on('heartbeat', ({ lines = 0 }) => this.#heal(lines));
    socket.on('peer.left', () => this.#typed(this.#other, ''));
    socket.on('call.transferred', () => this.#typed(this.#other, ''));
    socket.addEventListener('open', () => this.hints.again());
  }

  /** @returns {Line[]} in order */
  get lines() {
    return [...this.#lines.values()].sort((one, two) => one.number - two.number);
  }

  /**
   * Commit a line; it is kept here until the server has taken it, over any gap.
   * @param {string} text
   * @returns {boolean} whether there was anything to say
   */
  say(text) {
    const words = text.trim().slice(0, LONGEST);
    if (!words) return false;
    const line = { op: this.parts.newOp(), text: words, failed: false };
    this.waiting.push(line);
    this.hints.forget();
    this.#send(line);
    return true;
  }

  /** Send again what the server refused. */
  again() {
    for (const line of this.waiting.filter(({ failed }) => failed)) this.#send(line);
  }

  get #other() {
    return this.parts.role === 'customer' ? 'merchant' : 'customer';
  }

  /** @param {Waiting} line */
  async #send(line) {
    line.failed = false;
    this.#changed();
    const { op, text } = line;
    const { role } = this.parts;
    try {
      const taken = await this.parts.socket.request('text.say', { op, text }, { survive: true });
      this.#keep({ number: taken.number, role, name: '', text, at: taken.at, op });
    } catch {
      line.failed = true;
      this.#changed();
    }
  }

  /** @param {Line[]} texts the last ones of the call */
  #begin(texts) {
    if (!this.#lines.size) this.#before = (texts[0]?.number ?? 1) - 1;
    this.#learn(texts);
    this.#heal();
  }

  /** @param {Line[]} texts of a snapshot or of an answer */
  #learn(texts) {
    for (const line of texts) this.#set(line);
    this.#changed();
  }

  /** @param {Line} line */
  #said(line) {
    const isNew = !this.#lines.has(line.number);
    if (line.role !== this.parts.role) this.theirs = '';
    this.#keep(line);
    if (isNew && line.role !== this.parts.role) {
      this.dispatchEvent(new CustomEvent('line', { detail: line }));
    }
  }

  /** @param {Line} line */
  #keep(line) {
    this.waiting = this.waiting.filter(({ op }) => op !== line.op);
    this.#set(line);
    this.#changed();
    this.#heal();
  }

  /** @param {Line} line a reply knows no name, a snapshot no operation */
  #set(line) {
    const known = this.#lines.get(line.number);
    this.#lines.set(line.number, { ...known, ...line, name: line.name || (known?.name ?? '') });
  }

  /**
   * A number that was left out, or that only the server knows, is a line this page never got:
   * ask for it.
   * @param {number} [last] number of the newest line
   */
  async #heal(last = 0) {
    const whole = this.#whole;
    const missing = whole - this.#before < this.#lines.size || last > whole;
    if (this.#asking || !missing) return;
    this.#asking = true;
    try {
      const { texts } = await this.parts.socket.request('text.sync', { after: whole });
      this.#learn(texts);
    } catch {
      // the next snapshot or the next line asks again
    } finally {
      this.#asking = false;
    }
  }

  /** The number up to which nothing is missing. */
  get #whole() {
    let number = this.#before;
    while (this.#lines.has(number + 1)) number += 1;
    return number;
  }

  /**
   * @param {Role} role
   * @param {string} text
   */
  #typed(role, text) {
    if (role === this.parts.role || this.theirs === text) return;
    this.theirs = text;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('change'));
  }
}
