// The merchant's side of an information request: tick fields or whole groups, add a hint and, if
// wanted, answers to pick from; send. What was asked before stands in `request-rows`.
/** @import { FormSync } from './form-sync.js' */
import { word } from '../../core/js/words.js';
import { ChoiceEditor } from './choice-editor.js';
import { onceAtATime, part } from './parts.js';
import { plural } from './readable.js';

/** @typedef {(type: string, data: Record<string, unknown>) => Promise<Record<string, any> | null>} Ask */

export class RequestComposer {
  #root;
  #sync;
  #ask;
  /** @type {HTMLInputElement[]} */ #ticks;
  /** @type {HTMLInputElement[]} */ #heads;
  #hint;
  #send;
  #choices;

  /** @param {HTMLElement} root @param {FormSync} sync @param {Ask} ask shows what goes wrong */
  constructor(root, sync, ask) {
    this.#root = root;
    this.#sync = sync;
    this.#ask = ask;
    this.#ticks = all(root, 'input[data-ask]');
    this.#heads = all(root, 'input[data-ask-group]');
    this.#hint = /** @type {HTMLInputElement} */ (part(root, 'hint'));
    this.#send = /** @type {HTMLButtonElement} */ (part(root, 'send-request'));
    this.#choices = new ChoiceEditor(part(root, 'choices'), () => this.#form);
    for (const tick of this.#ticks) tick.addEventListener('change', () => this.render());
    for (const head of this.#heads) head.addEventListener('change', () => this.#tickGroup(head));
    onceAtATime(this.#send, () => this.#sendNow());
    sync.on(({ kind }) => {
      if (kind === 'snapshot' || kind === 'order') this.render();
      if (kind === 'snapshot' || kind === 'requests') this.#markAsked();
    });
    this.render();
  }

  get #form() {
    return { currency: this.#sync.currency, zone: this.#sync.zoneInForce };
  }

  get #chosen() {
    return this.#ticks.filter((tick) => tick.checked).map(keyOf);
  }

  /** @param {HTMLInputElement} head */
  #tickGroup(head) {
    for (const tick of ticksUnder(head)) tick.checked = head.checked;
    this.render();
  }

  async #sendNow() {
    const fields = this.#chosen;
    if (fields.length === 0) return;
    const hint = this.#hint.value.trim();
    const choices = this.#choices.of(fields);
    if (!(await this.#ask('request.send', { fields, hint, choices }))) return;
    // on to the first field asked for: there the answer appears
    this.#ticks.find((tick) => keyOf(tick) === fields[0])?.focus();
    // what was ticked or typed while the request was on its way stays for the next one
    for (const tick of this.#ticks) tick.checked &&= !fields.includes(keyOf(tick));
    if (this.#hint.value.trim() === hint) this.#hint.value = '';
    this.#choices.forget(fields);
    this.render();
  }

  /** Fields of open questions say so where one would ask again. */
  #markAsked() {
    const open = this.#sync.requests.filter(({ state }) => state === 'sent');
    const asked = new Set(open.flatMap(({ fields }) => fields));
    for (const tick of this.#ticks) {
      const waits = asked.has(keyOf(tick));
      tick.parentElement?.toggleAttribute('data-asked', waits);
      if (waits) tick.setAttribute('aria-description', word('form.request.sent'));
      else tick.removeAttribute('aria-description');
    }
  }

  render() {
    const open = this.#sync.state === 'open';
    const chosen = this.#chosen;
    part(this.#root, 'ask').hidden = chosen.length === 0 || !open;
    part(this.#send, 'send-label').textContent = plural('form.ask', chosen.length);
    this.#choices.render(chosen);
    for (const tick of [...this.#ticks, ...this.#heads]) {
      const holder = tick.parentElement;
      if (holder) holder.hidden = !open;
    }
    for (const head of this.#heads) {
      const ticks = ticksUnder(head);
      head.checked = ticks.every((tick) => tick.checked);
      head.indeterminate = !head.checked && ticks.some((tick) => tick.checked);
    }
  }
}

/** @param {HTMLElement} root @param {string} selector @returns {HTMLInputElement[]} */
function all(root, selector) {
  return /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(selector)]);
}

/** @param {HTMLInputElement} tick */
function keyOf(tick) {
  return tick.dataset.ask ?? '';
}

/** @param {HTMLInputElement} head @returns {HTMLInputElement[]} the fields' ticks of its group */
function ticksUnder(head) {
  const group = /** @type {HTMLElement} */ (head.closest('[data-group]'));
  return all(group, 'input[data-ask]');
}
