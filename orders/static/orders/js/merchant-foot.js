// The foot of the merchant's window: total, who confirmed, confirm, create, and how far the payment is.
/** @import { FormSync } from './form-sync.js' */
/** @import { OrderSummary } from './form-types.js' */
import { keepFocus } from '../../core/js/keep-focus.js';
import { word } from '../../core/js/words.js';
import { settleRevision } from './confirming.js';
import { renderTotals } from './deal-totals.js';
import { isRevising } from './order-revision.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { STEPS, stepOf, troubleOf } from './payment-steps.js';
import { fieldNames, readableMoment } from './readable.js';

/** @typedef {(type: string, data: Record<string, unknown>) => Promise<Record<string, any>>} Request */

/** @type {Record<string, string>} states of an order that no payment ends any more */
const OVER = { expired: 'offer_expired', cancelled: 'cancelled' };

export class MerchantFoot {
  #root;
  #sync;
  #names;
  #confirm;
  #create;
  #keepFocus;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{request: Request, names: import('./form-types.js').Names, onWanting: () => void}} options
   */
  constructor(root, sync, { request, names, onWanting }) {
    this.#root = root;
    this.#sync = sync;
    this.#names = names;
    this.#confirm = buttonPart(root, 'confirm');
    this.#create = buttonPart(root, 'create');
    const settle = async (/** @type {'form.confirm' | 'order.create'} */ type) => {
      this.problem(await settleRevision(sync, request, type));
      if (sync.book.wanting.size > 0) onWanting();
    };
    onceAtATime(this.#confirm, () => settle('form.confirm'));
    onceAtATime(this.#create, () => settle('order.create'));
    const after = ['create', 'stand', 'order-number', 'title'];
    this.#keepFocus = keepFocus(
      (element) => root.contains(element),
      () => after.map((name) => part(root, name)).find((one) => canFocus(one)),
    );
    sync.on(() => this.render());
  }

  /** @param {string} words */
  problem(words) {
    fill(part(this.#root, 'problem-text'), words);
    part(this.#root, 'problem').hidden = words === '';
  }

  render() {
    const { order, values, currency } = this.#sync;
    const placed = order !== null && !isRevising(this.#sync);
    const total = renderTotals(this.#root, values, currency);
    part(this.#root, 'foot-total').textContent =
      (placed && order.total_text) || total || word('form.no_price');
    part(this.#root, 'agreeing').hidden = placed;
    part(this.#root, 'ordered').hidden = !placed;
    if (placed) this.#renderOrder(order);
    else this.#renderStand();
    this.#keepFocus();
  }

  #renderStand() {
    const sync = this.#sync;
    const { stand } = sync;
    const mine = stand === 'mine' || stand === 'both';
    const theirs = stand === 'theirs' || stand === 'both';
    this.#chip('stand-merchant', word('form.you'), mine);
    this.#chip('stand-customer', this.#names.customer, theirs);
    this.#confirm.hidden = mine;
    this.#create.hidden = !mine;
    this.#create.disabled = stand !== 'both';
    fill(part(this.#root, 'waiting'), stand === 'mine' ? this.#waitingWords() : '');
    // while an order is changed, what differs from it is said above
    const changed = isRevising(sync) ? [] : sync.changed;
    fill(part(this.#root, 'changed'), this.#changedWords(changed));
    part(this.#root, 'stand').hidden = stand === 'none' && changed.length === 0;
  }

  /** @param {string} name @param {string} who @param {boolean} confirmed */
  #chip(name, who, confirmed) {
    const chip = part(this.#root, name);
    chip.textContent = word(confirmed ? 'form.confirmed_by' : 'form.not_confirmed_by', {
      name: who,
    });
    chip.className = `state state--${confirmed ? 'pine' : 'amber'}`;
  }

  #waitingWords() {
    return word('form.waiting_for', { name: this.#names.customer });
  }

  /** @param {string[]} changed */
  #changedWords(changed) {
    return changed.length === 0 ? '' : word('form.changed', { what: fieldNames(changed) });
  }

  /** @param {OrderSummary} order */
  #renderOrder(order) {
    part(this.#root, 'order-number').textContent = word('form.order_number', {
      number: order.number,
    });
    if (order.url.startsWith('/')) part(this.#root, 'order-link').setAttribute('href', order.url);
    const now = STEPS.indexOf(stepOf(order));
    for (const [index, name] of STEPS.entries()) {
      const step = part(this.#root, `step-${name}`);
      step.toggleAttribute('data-done', index < now || stepOf(order) === 'paid');
      if (index === now && stepOf(order) !== 'paid') step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    }
    const step = OVER[order.state] ?? (troubleOf(order) || stepOf(order));
    const words = word(`form.stage.${step}`, { name: this.#names.customer });
    const stage = part(this.#root, 'stage');
    if (stage.textContent !== words) stage.textContent = words;
    stage.dataset.stage = order.state === 'expired' ? 'expired' : step;
    const until = order.state === 'awaiting_payment' ? readableMoment(order.pay_by ?? '') : '';
    fill(part(this.#root, 'pay-by'), until && word('form.holds_until', { time: until }));
  }
}

/** @param {HTMLElement} element */
function canFocus(element) {
  return element.checkVisibility() && !element.matches(':disabled');
}
