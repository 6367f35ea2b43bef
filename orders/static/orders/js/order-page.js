// Page entry: the order page stays true while it is open; it pays in the same panel as the call.
/** @import { OrderSummary } from './form-types.js' */
import { clock } from '../../core/js/clock.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { buttonPart, fill, part } from './parts.js';
import { isPaid, isPayable, stepOf, troubleOf } from './payment-steps.js';
import { renderSummary, summaryOfOrder } from './summary-view.js';

/** @type {Record<string, string>} */
const COLOURS = { paid: 'pine', declined: 'crimson', failed: 'crimson', expired: 'crimson' };

class OrderPage {
  /** @type {OrderSummary | null} */ #order = null;
  #root;
  #paying = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    buttonPart(root, 'pay-button').addEventListener('click', () => this.#pay());
    document.addEventListener('payment:closed', () => {
      this.#paying = false;
      this.render();
      const button = part(root, 'pay-button');
      (button.checkVisibility() ? button : part(root, 'state-chip')).focus();
    });
  }

  /** @param {Record<string, any>} frame */
  receive(frame) {
    if (frame.type === 'payment.changed') this.#stage(frame);
    else this.#order = frame.order;
    this.render();
    const detail = { order: this.#order };
    document.dispatchEvent(new CustomEvent('payment:changed', { detail }));
  }

  /** @param {Record<string, any>} frame */
  #stage({ state, stage, message }) {
    if (!this.#order) return;
    const paid = stage === 'paid' ? { state: 'paid' } : {};
    this.#order = { ...this.#order, ...paid, payment: { state, stage, message } };
  }

  #pay() {
    if (!this.#order) return;
    this.#paying = true;
    this.render();
    document.dispatchEvent(new CustomEvent('payment:open', { detail: { order: this.#order } }));
  }

  /** The record's open item becomes a done one; the page shows its time when it is loaded again. */
  #recordPaid() {
    const item = this.#root.querySelector('.timeline__item--now');
    if (!item) return;
    const done = document.createElement('span');
    done.className = 'strong';
    done.textContent = word('form.record.paid');
    item.className = 'timeline__item timeline__item--done';
    item.replaceChildren(done);
  }

  render() {
    const order = this.#order;
    if (!order) return;
    renderSummary(this.#root, summaryOfOrder(order));
    const state = isPaid(order) ? 'paid' : troubleOf(order) || stepOf(order);
    const shown = part(this.#root, 'state');
    const words = word(`form.order.${state}`, { name: order.seller.name ?? '' });
    if (shown.textContent !== words) shown.textContent = words;
    const colour = COLOURS[state] ?? 'amber';
    part(this.#root, 'state-chip').className = `state state--${colour} order-page__state`;
    fill(part(this.#root, 'pay-label'), word('form.order_and_pay', { total: order.total_text }));
    if (isPaid(order)) this.#recordPaid();
    part(this.#root, 'actions').hidden = !isPayable(order) || this.#paying;
    part(this.#root, 'pay').hidden = !this.#paying;
  }
}

for (const found of document.querySelectorAll('[data-order-page]')) {
  const root = /** @type {HTMLElement} */ (found);
  const page = new OrderPage(root);
  const socket = new SocketClient(socketUrl(root.dataset.socket ?? ''), { clock, onNetworkChange });
  for (const type of ['order.snapshot', 'order.created', 'order.updated', 'payment.changed']) {
    socket.on(type, (frame) => page.receive(frame));
  }
  socket.connect();
}
