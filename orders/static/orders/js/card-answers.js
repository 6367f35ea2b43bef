// What the customer can say instead of confirming: ask about parts of the order, refuse it, or
// propose another price. One panel at a time takes the place of the receipt.
/** @import { FormSync } from './form-sync.js' */
/** @import { Names } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { hasWord, word } from '../../core/js/words.js';
import { FieldView } from './field-view.js';
import { topicsOf } from './order-topics.js';
import { buttonPart, copyOf, onceAtATime, part } from './parts.js';
import { fieldNames } from './readable.js';

/** @typedef {'query' | 'refusal' | 'proposal'} Panel */

/** @type {Record<Panel, string>} which button of the card opens it */
const OPENED_BY = { query: 'card-query', refusal: 'card-refuse', proposal: 'card-propose' };
/** A query names at most so many fields. */
const MOST_FIELDS = 10;

export class CardAnswers {
  #root;
  #sync;
  #ask;
  #onMove;
  /** @type {Panel | ''} */ open = '';

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{ask: Ask, names: Names, onMove: () => void}} options
   */
  constructor(root, sync, { ask, names, onMove }) {
    this.#root = root;
    this.#sync = sync;
    this.#ask = ask;
    this.#onMove = onMove;
    for (const name of /** @type {Panel[]} */ (Object.keys(OPENED_BY))) this.#listen(name);
    const field = root.querySelector('[data-panel="proposal"] [data-field]');
    if (field) new FieldView(/** @type {HTMLElement} */ (field), sync, names);
    for (const chip of root.querySelectorAll('[data-panel="refusal"] [data-reason]')) {
      chip.addEventListener('click', () => {
        this.#words('refusal').value = chip.textContent?.trim() ?? '';
        part(root, 'refusal-send').focus();
      });
    }
  }

  /** @param {Panel} name */
  #listen(name) {
    const panel = this.#panel(name);
    buttonPart(this.#root, OPENED_BY[name]).addEventListener('click', () => this.show(name));
    panel.querySelector('[data-back]')?.addEventListener('click', () => this.show(''));
    onceAtATime(buttonPart(panel, `${name}-send`), () => this.#send(name));
  }

  /** @param {Panel | ''} name @param {boolean} [byPerson] */
  show(name, byPerson = true) {
    const before = this.open;
    if (name === before) return;
    this.open = name;
    if (name === 'query') this.#fillTopics();
    for (const one of /** @type {Panel[]} */ (Object.keys(OPENED_BY))) {
      this.#panel(one).hidden = one !== name;
    }
    this.#onMove();
    if (!byPerson) return;
    if (name === '') this.#leave(before);
    else this.#first(name)?.focus();
  }

  /** What was said stands at the top of the card. @param {Panel | ''} panel */
  #leave(panel) {
    const main = part(this.#root, 'card-main');
    main.scrollTop = 0;
    const button = panel === '' ? main : part(this.#root, OPENED_BY[panel]);
    (button.checkVisibility() ? button : main).focus({ preventScroll: true });
  }

  /** @param {Panel} name @returns {HTMLElement} */
  #panel(name) {
    const found = this.#root.querySelector(`[data-panel="${name}"]`);
    return /** @type {HTMLElement} */ (found);
  }

  /** @param {Panel} name @returns {HTMLElement | null} */
  #first(name) {
    return this.#panel(name).querySelector('input, textarea, [data-reason]');
  }

  /** @param {'query' | 'refusal'} name */
  #words(name) {
    return /** @type {HTMLInputElement} */ (part(this.#root, `${name}-words`));
  }

  #fillTopics() {
    const found = part(this.#root, 'topic-template');
    const template = /** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (found));
    const rows = topicsOf(this.#sync.values).map(({ name, keys }) => {
      const row = copyOf(template);
      const tick = /** @type {HTMLInputElement} */ (row.querySelector('input'));
      tick.value = keys.join(' ');
      part(row, 'topic-label').textContent = topicWords(name, keys);
      return row;
    });
    part(this.#root, 'topics').replaceChildren(...rows);
  }

  /** @param {Panel} name */
  async #send(name) {
    const done =
      name === 'query'
        ? await this.#query()
        : name === 'refusal'
          ? await this.#refuse()
          : await this.#propose();
    if (done) this.show('');
  }

  async #query() {
    const ticked = this.#panel('query').querySelectorAll('input:checked');
    const fields = /** @type {HTMLInputElement[]} */ ([...ticked])
      .flatMap((tick) => tick.value.split(' '))
      .slice(0, MOST_FIELDS);
    const box = this.#words('query');
    const words = box.value.trim();
    if (fields.length === 0 && words === '') {
      box.focus();
      return false;
    }
    return this.#say(box, await this.#ask('form.query', { fields, words }));
  }

  async #refuse() {
    const box = this.#words('refusal');
    const { revision } = this.#sync.watch;
    return this.#say(box, await this.#ask('form.refuse', { revision, words: box.value.trim() }));
  }

  /** @param {HTMLInputElement} box @param {Record<string, any> | null} reply */
  #say(box, reply) {
    if (!reply) return false;
    box.value = '';
    this.#sync.change('reply', { reply: reply.reply ?? null });
    return true;
  }

  async #propose() {
    this.#sync.leave('price.proposal');
    if (!this.#sync.online) return true;
    await this.#sync.outbox.settled();
    return !this.#sync.view('price.proposal').error;
  }
}

/** @param {string} name of a topic @param {string[]} keys */
function topicWords(name, keys) {
  return hasWord(`form.topic.${name}`) ? word(`form.topic.${name}`) : fieldNames(keys.slice(0, 1));
}
