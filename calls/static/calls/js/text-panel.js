/**
 * The panel of real-time text: lines above, the other side's letters as they come, the box below.
 * Only finished lines are read out.
 */

import { copyOf, need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

/** @typedef {import('./text-talk.js').TextTalk} TextTalk */
/** @typedef {{role: string, name: string, text: string, key: string, state: string}} Shown */
/**
 * @typedef {object} Names
 * @property {'customer' | 'merchant'} role
 * @property {() => string} peer
 */

export class TextPanel {
  #root = need('#text-panel', HTMLElement);
  #list = need('#text-lines', HTMLElement);
  #said = need('#text-said', HTMLElement);
  #box = need('#text-box', HTMLTextAreaElement);
  #typing = need('#text-typing', HTMLElement);
  #empty = need('#text-empty', HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {TextTalk} talk @param {Names} names */
  constructor(talk, names) {
    this.talk = talk;
    this.names = names;
    talk.addEventListener('change', () => this.render());
    const form = need('#text-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#say();
    });
    this.#box.addEventListener('input', () => talk.hints.type(this.#box.value));
    this.#box.addEventListener('compositionstart', () => talk.hints.compose(true));
    this.#box.addEventListener('compositionend', () => {
      talk.hints.type(this.#box.value);
      talk.hints.compose(false);
    });
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    need('#text-again', HTMLButtonElement).addEventListener('click', () => talk.again());
  }

  /** Whether a line is being written just now. */
  get isWriting() {
    return document.activeElement === this.#box && this.#box.value.trim() !== '';
  }

  /** @param {boolean} open @param {boolean} focus */
  show(open, focus) {
    this.#root.hidden = !open;
    if (!open) return;
    this.#scroll();
    if (focus) this.#box.focus({ preventScroll: true });
  }

  get hasFocus() {
    return this.#root.contains(document.activeElement);
  }

  render() {
    const stick = this.#isAtEnd;
    const { lines, waiting, theirs } = this.talk;
    // what was said before this page is history, not news
    if (!this.#rows.size && lines.length > 1) this.#said.setAttribute('aria-live', 'off');
    const own = { role: this.names.role, name: '' };
    this.#fill([
      ...lines.map((line) => ({ ...line, key: line.op ?? String(line.number), state: 'said' })),
      ...waiting.map((line) => ({
        ...own,
        text: line.text,
        key: line.op,
        state: line.failed ? 'failed' : 'sending',
      })),
    ]);
    need('#text-failed', HTMLElement).hidden = !waiting.some(({ failed }) => failed);
    this.#showTyping(theirs);
    this.#empty.hidden = this.#rows.size > 0 || theirs !== '';
    if (stick) this.#scroll();
    setTimeout(() => this.#said.setAttribute('aria-live', 'polite'), 0);
  }

  /** @param {Shown[]} shown in order; a row stays the same as long as its key does */
  #fill(shown) {
    const rows = new Map(shown.map((line) => [line.key, this.#rowOf(line)]));
    for (const [key, row] of this.#rows) if (!rows.has(key)) row.remove();
    this.#rows = rows;
    let at = this.#list.firstElementChild;
    for (const row of rows.values()) {
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
    }
  }

  /** @param {Shown} line */
  #rowOf(line) {
    const row = this.#rows.get(line.key) ?? this.#newRow(line);
    if (row.dataset.state !== line.state) {
      row.dataset.state = line.state;
      const words = line.state === 'said' ? '' : word(`text-${line.state}`);
      need('.text-line__state', HTMLElement, row).textContent = words;
    }
    return row;
  }

  /** @param {Shown} line */
  #newRow(line) {
    const row = copyOf('text-line');
    const own = line.role === this.names.role;
    row.classList.toggle('text-line--own', own);
    const who = own ? word('text-you') : line.name || this.names.peer();
    need('.text-line__who', HTMLElement, row).textContent = who;
    need('.text-line__words', HTMLElement, row).textContent = line.text;
    return row;
  }

  /** @param {string} letters */
  #showTyping(letters) {
    this.#typing.hidden = letters === '';
    need('.text-line__who', HTMLElement, this.#typing).textContent = word('text-types', {
      name: this.names.peer(),
    });
    need('.text-line__words', HTMLElement, this.#typing).textContent = letters;
  }

  #say() {
    if (!this.talk.say(this.#box.value)) return;
    this.#box.value = '';
    this.#scroll();
    this.#box.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event Enter sends; with Shift, or while letters are composed, it does not */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#say();
  }

  get #log() {
    return need('#text-log', HTMLElement);
  }

  get #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < 48;
  }

  #scroll() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}
