// What the customer is asked to confirm, then the order itself with its one action: order and pay.
/** @import { FormSync } from './form-sync.js' */
/** @import { OrderSummary } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { settleRevision } from './confirming.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { isPaid, isPayable, stepOf, troubleOf } from './payment-steps.js';
import { fieldNames } from './readable.js';
import { renderSummary, summaryOfForm, summaryOfOrder } from './summary-view.js';

/** @typedef {(type: string, data: Record<string, unknown>) => Promise<Record<string, any>>} Request */

export class OrderCard {
  #root;
  #sync;
  #name;
  /** @type {OrderSummary | null} as it was shown before, to say what changed since */ #before =
    null;
  /** @type {string[]} */ #changed = [];

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{request: Request, name: string, onPay: () => void}} options
   */
  constructor(root, sync, { request, name, onPay }) {
    this.#root = root;
    this.#sync = sync;
    this.#name = name;
    onceAtATime(buttonPart(root, 'card-confirm'), async () =>
      this.problem(await settleRevision(sync, request, 'form.confirm')),
    );
    buttonPart(root, 'card-pay').addEventListener('click', onPay);
  }

  /** @param {string} words */
  problem(words) {
    fill(part(this.#root, 'card-problem'), words);
  }

  /** @param {import('./sheet-views.js').SheetView} view */
  render(view) {
    const { order } = this.#sync;
    if (order) this.#renderOrder(order);
    else this.#renderForm(view);
  }

  /** @param {import('./sheet-views.js').SheetView} view */
  #renderForm(view) {
    const sync = this.#sync;
    const { stand, changed } = sync;
    renderSummary(this.#root, summaryOfForm(sync), changed);
    const name = this.#name;
    const empty = Object.keys(sync.values).length === 0;
    const title = view === 'confirm' ? `form.card.${stand}` : 'form.card.draft';
    this.#title(word(empty ? 'form.card.empty' : title, { name }), null);
    const what = changed.length > 0 ? fieldNames(changed) : '';
    fill(part(this.#root, 'card-changed'), what ? word('form.changed', { what }) : '');
    this.#actions({ confirm: stand === 'theirs', pay: false });
    part(this.#root, 'summary').hidden = empty;
  }

  /** @param {OrderSummary} order */
  #renderOrder(order) {
    if (this.#before && this.#before.revision !== order.revision) {
      this.#changed = differences(this.#before, order);
    }
    this.#before = order;
    part(this.#root, 'summary').hidden = false;
    renderSummary(this.#root, summaryOfOrder(order), this.#changed);
    const state = troubleOf(order) || stepOf(order);
    this.#title(word(`form.order.${isPaid(order) ? 'paid' : state}`, { name: this.#name }), order);
    const what = this.#changed.length > 0 ? fieldNames(this.#changed) : '';
    fill(part(this.#root, 'card-changed'), what ? word('form.changed', { what }) : '');
    part(this.#root, 'pay-label').textContent = word('form.order_and_pay', {
      total: order.total_text,
    });
    this.#actions({ confirm: false, pay: isPayable(order) });
    this.#root.dataset.stage = state;
  }

  /** @param {string} text what is new is seen: the card goes back to its top @param {OrderSummary | null} order */
  #title(text, order) {
    const title = part(this.#root, 'card-state');
    if (title.textContent !== text) {
      title.textContent = text;
      if (title.parentElement) title.parentElement.scrollTop = 0;
    }
    part(this.#root, 'card-order').hidden = order === null;
    if (!order) return;
    const { number, url } = order;
    part(this.#root, 'card-number').textContent = word('form.order_number', { number });
    if (url.startsWith('/')) part(this.#root, 'card-link').setAttribute('href', url);
  }

  /** @param {{confirm: boolean, pay: boolean}} shown */
  #actions({ confirm, pay }) {
    part(this.#root, 'card-confirm').hidden = !confirm;
    part(this.#root, 'card-pay').hidden = !pay;
    part(this.#root, 'card-foot').hidden = !confirm && !pay;
  }
}

/** @param {OrderSummary} one @param {OrderSummary} two @returns {string[]} field groups that differ */
function differences(one, two) {
  /** @type {[string, (order: OrderSummary) => unknown][]} */
  const looks = [
    ['content', (order) => order.lines],
    ['price', (order) => order.total_text],
    ['time.start', (order) => order.time],
    ['address.line1', (order) => order.address],
    ['note', (order) => order.note],
  ];
  const differs = looks.filter(
    ([, look]) => JSON.stringify(look(one)) !== JSON.stringify(look(two)),
  );
  return differs.map(([key]) => key);
}
