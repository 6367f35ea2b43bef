// The merchant's side of an information request: tick groups, add a hint, send, recall.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { copyOf, fill, onceAtATime, part } from './parts.js';
import { groupNames, plural } from './readable.js';

/** @typedef {(type: string, data: Record<string, unknown>) => Promise<Record<string, any> | null>} Ask */

export class RequestComposer {
  #root;
  #sync;
  #ask;
  /** @type {HTMLInputElement[]} */ #ticks;
  #hint;
  #send;

  /** @param {HTMLElement} root @param {FormSync} sync @param {Ask} ask shows what goes wrong */
  constructor(root, sync, ask) {
    this.#root = root;
    this.#sync = sync;
    this.#ask = ask;
    this.#ticks = [...root.querySelectorAll('input[data-ask]')].map(
      (tick) => /** @type {any} */ (tick),
    );
    this.#hint = /** @type {HTMLInputElement} */ (part(root, 'hint'));
    this.#send = /** @type {HTMLButtonElement} */ (part(root, 'send-request'));
    for (const tick of this.#ticks) tick.addEventListener('change', () => this.render());
    onceAtATime(this.#send, () => this.#sendNow());
    sync.on(({ kind }) => {
      if (kind === 'requests' || kind === 'snapshot' || kind === 'order') this.render();
    });
    this.render();
  }

  get #chosen() {
    return this.#ticks.filter((tick) => tick.checked).map((tick) => tick.dataset.ask ?? '');
  }

  async #sendNow() {
    const groups = this.#chosen;
    if (groups.length === 0) return;
    const hint = this.#hint.value.trim();
    if (!(await this.#ask('request.send', { groups, hint }))) return;
    // on to the first group asked for: there the answer appears
    this.#ticks.find((tick) => groups.includes(tick.dataset.ask ?? ''))?.focus();
    // what was ticked or typed while the request was on its way stays for the next one
    for (const tick of this.#ticks) tick.checked &&= !groups.includes(tick.dataset.ask ?? '');
    if (this.#hint.value.trim() === hint) this.#hint.value = '';
    this.render();
  }

  render() {
    const open = this.#sync.state === 'open';
    const count = this.#chosen.length;
    const ask = part(this.#root, 'ask');
    ask.hidden = count === 0 || !open;
    part(this.#send, 'send-label').textContent = plural('form.ask', count);
    for (const tick of this.#ticks) {
      const chip = tick.closest('label');
      if (chip) chip.hidden = !open;
    }
    const list = part(this.#root, 'requests');
    list.replaceChildren(...this.#sync.requests.map((request) => this.#row(request)));
    list.hidden = this.#sync.requests.length === 0;
  }

  /** @param {InformationRequest} request */
  #row(request) {
    const template = part(this.#root, 'request-template');
    const row = copyOf(/** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (template)));
    part(row, 'groups').textContent = groupNames(request.groups);
    fill(part(row, 'request-hint'), request.hint);
    fill(part(row, 'reason'), declineReason(request));
    const state = part(row, 'request-state');
    state.textContent = word(`form.request.${request.state}`);
    state.className = `state state--${COLOURS[request.state] ?? 'neutral'}`;
    const recall = /** @type {HTMLButtonElement} */ (part(row, 'recall'));
    recall.hidden = request.state !== 'sent';
    onceAtATime(recall, () => this.#ask('request.recall', { request: request.request }));
    return row;
  }
}

/** @type {Record<string, string>} */
const COLOURS = { sent: 'amber', answered: 'pine', declined: 'crimson' };

/** @param {InformationRequest} request @returns {string} what the customer would not give, and why */
function declineReason({ declined }) {
  const entries = Object.entries(declined ?? {});
  if (entries.length === 0 || Array.isArray(declined)) return '';
  return entries
    .map(([group, reason]) =>
      reason
        ? word('form.declined_because', { what: groupNames([group]), reason })
        : word('form.declined_plain', { what: groupNames([group]) }),
    )
    .join(' ');
}
