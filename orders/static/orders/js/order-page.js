// Page entry: the order page stays true while it is open; it pays in the same panel as the call.
// What was agreed and what happened is written by the server, and fetched anew when it changes.
/** @import { OrderSummary } from './form-types.js' */
import { clock } from '../../core/js/clock.js';
import { renewFragments } from '../../core/js/fragments.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { fill, part } from './parts.js';
import { PayBy } from './pay-by.js';
import { isPaid, isPayable, stepOf, troubleOf } from './payment-steps.js';

/** @type {Record<string, string>} */
const COLOURS = {
  paid: 'state--pine',
  fulfilled: 'state--pine',
  completed: 'state--pine',
  revising: 'state--indigo',
  declined: 'state--crimson',
  failed: 'state--crimson',
  attempt_expired: 'state--crimson',
  cancelled: '',
  expired: '',
  superseded: '',
};
const GONE = new Set(['cancelled', 'expired', 'superseded']);
/** States of the order itself, which say more than how far a payment is. */
const OWN_STATES = new Set(['cancelled', 'expired', 'superseded', 'fulfilled', 'completed']);

/** @param {OrderSummary} order @returns {{stand: string, words: string}} */
function standOf(order) {
  if (OWN_STATES.has(order.state))
    return { stand: order.state, words: word(`order.${order.state}`) };
  if (order.revising) return { stand: 'revising', words: word('order.revising') };
  const step = isPaid(order) ? 'paid' : troubleOf(order) || stepOf(order);
  const words = word(`form.order.${step}`, { name: order.seller.name ?? '' });
  return { stand: step === 'expired' ? 'attempt_expired' : step, words };
}

/** @param {OrderSummary | null} order whether nobody can pay it any more, or not now */
function isOver(order) {
  return Boolean(order && (order.revising || GONE.has(order.state)));
}

class OrderPage {
  /** @type {OrderSummary | null} */ #order = null;
  #root;
  #paying = false;
  #payBy;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#payBy = new PayBy(root, { clock, onOver: () => this.renew() });
    part(root, 'pay-button').addEventListener('click', () => this.#pay());
    document.addEventListener('payment:closed', () => {
      this.#paying = false;
      this.render();
      const button = part(root, 'pay-button');
      (button.checkVisibility() ? button : part(root, 'state-chip')).focus();
    });
    this.#payBy.show();
  }

  /** @param {Record<string, any>} frame */
  receive(frame) {
    if (frame.type === 'payment.changed') this.#stage(frame);
    else if (frame.order.code === this.#root.dataset.order) this.#take(frame);
    this.render();
    if (this.#order && part(this.#root, 'pay-button').ariaBusy) this.#pay();
    // its checkout is over too, and nothing was charged
    if (this.#paying && isOver(this.#order)) part(this.#root, 'panel-back').click();
    const detail = { order: this.#order };
    if (this.#order) document.dispatchEvent(new CustomEvent('payment:changed', { detail }));
  }

  /** @param {Record<string, any>} frame */
  #take({ type, order }) {
    const known = this.#order;
    this.#order = order;
    // the first snapshot says what the page was written with, unless something happened between
    if (known || type !== 'order.snapshot' || order.state !== this.#root.dataset.state)
      this.renew();
  }

  /** @param {Record<string, any>} frame */
  #stage({ state, stage, message }) {
    if (!this.#order) return;
    const paid = stage === 'paid' ? { state: 'paid' } : {};
    this.#order = { ...this.#order, ...paid, payment: { state, stage, message } };
    if (stage === 'paid') this.renew();
  }

  /** Have the server write the receipt and the record as they are now. */
  async renew() {
    const renewed = await renewFragments('data-fragment', { evenFocused: true });
    if (renewed.includes('order-head')) this.#payBy.show();
  }

  #pay() {
    const button = part(this.#root, 'pay-button');
    // pressed before the order came: it goes on when it is here
    button.ariaBusy = this.#order ? null : 'true';
    if (!this.#order) return;
    this.#paying = true;
    this.render();
    document.dispatchEvent(new CustomEvent('payment:open', { detail: { order: this.#order } }));
  }

  render() {
    const order = this.#order;
    if (!order) return;
    const { stand, words } = standOf(order);
    const shown = part(this.#root, 'state');
    if (shown.textContent !== words) shown.textContent = words;
    const colour = COLOURS[stand] ?? 'state--amber';
    part(this.#root, 'state-chip').className = `state ${colour} order-page__state`;
    fill(part(this.#root, 'pay-label'), word('form.order_and_pay', { total: order.total_text }));
    const payable = isPayable(order) && !order.revising;
    part(this.#root, 'actions').hidden = !payable || this.#paying;
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
