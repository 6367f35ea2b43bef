/**
 * Which of two panels, order and text, is in front where there is room for one only. DOM-free.
 * Event `change`: read the fields.
 */

/** @typedef {'order' | 'text'} Panel */

export class SidePanels extends EventTarget {
  order = false;
  text = false;
  narrow = false;
  /** The order came up while a person was writing, and waits behind. */
  orderWaits = false;
  /** @type {Panel} */
  #front = 'order';

  /** @returns {Panel | ''} the open panel that is out of sight */
  get hidden() {
    if (!this.narrow || !this.order || !this.text) return '';
    return this.#front === 'order' ? 'text' : 'order';
  }

  /** @param {Panel} panel */
  isSeen(panel) {
    return this[panel] && this.hidden !== panel;
  }

  /** @param {boolean} narrow room for one panel only */
  fit(narrow) {
    this.#set({ narrow });
  }

  /**
   * The order front end opened or closed its panel.
   * @param {boolean} open
   * @param {boolean} writing a line of text is being written: it stays in front
   */
  orderShown(open, writing) {
    const waits = open && this.isSeen('text') && this.narrow && writing;
    if (open && !waits) this.#front = 'order';
    this.#set({ order: open, orderWaits: waits });
  }

  /**
   * The order control was pressed.
   * @returns {boolean} whether the order front end shall open or close; else it only came forward
   */
  pressOrder() {
    const behind = this.hidden === 'order';
    this.#front = 'order';
    this.#set({ orderWaits: false });
    return !behind;
  }

  /** The text control was pressed: come forward, or go away. */
  pressText() {
    this.showText(!this.isSeen('text'));
  }

  /** @param {boolean} open */
  showText(open) {
    if (open) this.#front = 'text';
    this.#set({ text: open, orderWaits: open && this.orderWaits });
  }

  /** @param {Partial<SidePanels>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.dispatchEvent(new CustomEvent('change'));
  }
}
