/**
 * What does not fit into the bar: a list of words that opens above it.
 */

import { maybe, need } from '../../core/js/dom.js';

/**
 * @typedef {object} Entry
 * @property {() => unknown} run
 * @property {() => boolean} [offered] whether it can be done here and now; left out means always
 * @property {() => boolean} [on] for what can be switched
 */

export class MoreMenu {
  #menu = need('#more-menu', HTMLElement);
  #button = need('#more', HTMLButtonElement);

  /** @param {Record<string, Entry>} entries by the `data-more` of their buttons */
  constructor(entries) {
    this.entries = entries;
    for (const [name, { run }] of Object.entries(entries)) {
      this.#item(name)?.addEventListener('click', () => {
        this.#menu.hidePopover();
        run();
      });
    }
    this.#menu.addEventListener('beforetoggle', (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === 'open') this.refresh();
    });
    this.#menu.addEventListener('toggle', (event) => {
      const open = /** @type {ToggleEvent} */ (event).newState === 'open';
      this.#button.setAttribute('aria-expanded', String(open));
      if (open) maybe('button:not([hidden])', HTMLButtonElement, this.#menu)?.focus();
    });
    this.#menu.addEventListener('keydown', (event) => this.#arrow(event));
    this.refresh();
  }

  /** Offer what can be done now, and say what is on. */
  refresh() {
    for (const [name, { offered, on }] of Object.entries(this.entries)) {
      const item = this.#item(name);
      if (!item) continue;
      item.hidden = offered ? !offered() : false;
      if (on) item.setAttribute('aria-pressed', String(on()));
    }
  }

  /** @param {string} name */
  #item(name) {
    return maybe(`[data-more="${name}"]`, HTMLButtonElement, this.#menu);
  }

  /** @param {KeyboardEvent} event up and down, beside the Tab key */
  #arrow(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...this.#menu.querySelectorAll('button:not([hidden])')];
    const at = items.indexOf(/** @type {Element} */ (document.activeElement));
    const next = items.at((at + step) % items.length);
    if (next instanceof HTMLElement) next.focus();
  }
}
