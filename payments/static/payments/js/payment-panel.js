// Page entry: the payment panel on the call page and the order page. It opens the panel document in a
// frame, hands it the checkout of exactly the revision on the screen, and says "paid" only when the
// server's socket did. It hears `payment:open` and `payment:changed`, and says `payment:closed`.
/** @typedef {{code: string, url: string, revision: number, digest: string, total_text: string, state: string, paid_at: string | null, payment: {stage?: string} | null}} PayableOrder */
import { post } from '../../core/js/api.js';
import { hasWord, word } from '../../core/js/words.js';

/** @typedef {'opening' | 'open' | 'checking' | 'slow' | 'declined' | 'failed' | 'paid'} PanelState */

/** Checking for longer than this is said to take long; it never becomes "failed" by itself. */
const SLOW = 15_000;
/** Answers after which a second payment must not begin: the server will say how it ended. */
const UNDER_WAY = new Set(['order_already_paid', 'payment_processing']);

class PaymentPanel {
  #root;
  /** @type {PayableOrder | null} */ #order = null;
  /** @type {HTMLIFrameElement | null} */ #frame = null;
  /** @type {PanelState} */ #state = 'opening';
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #slow;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#part('panel-back').addEventListener('click', () => this.close());
    this.#part('panel-retry').addEventListener('click', () => this.#load());
    window.addEventListener('message', (event) => this.#heard(event));
  }

  /** @param {PayableOrder} order */
  open(order) {
    this.#order = order;
    this.#root.hidden = false;
    this.#load();
    this.#focusTitle();
  }

  close() {
    this.#drop();
    this.#root.hidden = true;
    this.#order = null;
    document.dispatchEvent(new CustomEvent('payment:closed'));
  }

  /** @param {PayableOrder} order what the server says now */
  update(order) {
    if (order.code !== this.#order?.code) return;
    const moved = order.revision !== this.#order.revision;
    this.#order = order;
    const stage = order.payment?.stage;
    if (order.paid_at !== null || order.state === 'paid') this.#paid();
    else if (moved) this.#load();
    else if (stage === 'declined' && this.#frame) this.#show('declined');
    else if (stage === 'processing') this.#show('checking');
    else if (stage === 'failed' || stage === 'expired') this.#fail(word(`pay.${stage}`));
  }

  #load() {
    const order = this.#order;
    if (!order) return;
    this.#drop();
    this.#part('panel-total').textContent = order.total_text;
    const frame = document.createElement('iframe');
    frame.className = 'pay-panel__frame';
    frame.title = word('pay.frame');
    frame.src = `${order.url}pay/`;
    // the bank's own step may need the payment permission of the frame
    frame.allow = 'payment';
    this.#frame = frame;
    this.#part('panel-frame').replaceChildren(frame);
    this.#show('opening');
  }

  #drop() {
    clearTimeout(this.#slow);
    if (document.activeElement === this.#frame) this.#focusTitle();
    this.#frame?.remove();
    this.#frame = null;
  }

  /** @param {MessageEvent} event */
  #heard({ origin, source, data }) {
    if (origin !== location.origin || !this.#frame || source !== this.#frame.contentWindow) return;
    if (data?.type === 'checkout.ready') this.#start(this.#frame);
    else if (data?.type === 'checkout.mounted') this.#show('open');
    else if (data?.type === 'checkout.completed') this.#show('checking');
    else if (data?.type === 'checkout.failed') this.#fail(word('pay.unreachable'));
  }

  /** @param {HTMLIFrameElement} frame */
  async #start(frame) {
    const order = this.#order;
    if (!order) return;
    const { code, revision, digest } = order;
    try {
      const checkout = await post(`/api/v1/orders/${code}/checkout/`, { revision, digest });
      if (frame !== this.#frame) return;
      const { client_secret: secret, publishable_key: key } = checkout;
      frame.contentWindow?.postMessage({ type: 'checkout.start', secret, key }, location.origin);
    } catch (error) {
      if (frame === this.#frame) this.#refused(/** @type {any} */ (error));
    }
  }

  /** @param {{code?: string, message?: string}} error */
  #refused({ code = 'failed', message = '' }) {
    if (UNDER_WAY.has(code)) this.#show('checking');
    else if (hasWord(`pay.${code}`)) this.#fail(word(`pay.${code}`));
    else this.#fail(message !== '' && message !== code ? message : word('pay.unreachable'));
  }

  /** @param {string} words */
  #fail(words) {
    this.#drop();
    this.#show('failed');
    this.#part('panel-words').textContent = words;
  }

  #paid() {
    this.#drop();
    this.#show('paid');
  }

  /** @param {PanelState} state */
  #show(state) {
    if (this.#state === 'paid' && state !== 'opening') return;
    this.#state = state;
    this.#root.dataset.state = state;
    this.#part('panel-words').textContent = word(`pay.${state}`);
    this.#part('panel-label').textContent = word(state === 'paid' ? 'pay.label_paid' : 'pay.label');
    const places = [this.#part('panel-frame'), this.#part('panel-retry')];
    const held = places.find((place) => place.contains(document.activeElement));
    this.#part('panel-frame').hidden = !this.#frame || state === 'checking' || state === 'slow';
    this.#part('panel-retry').hidden = state !== 'failed';
    if (held?.hidden) this.#focusTitle();
    clearTimeout(this.#slow);
    if (state === 'checking') this.#slow = setTimeout(() => this.#show('slow'), SLOW);
  }

  #focusTitle() {
    this.#part('panel-title').focus({ preventScroll: true });
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`[data-part="${name}"]`));
  }
}

for (const root of document.querySelectorAll('[data-payment-panel]')) {
  const panel = new PaymentPanel(/** @type {HTMLElement} */ (root));
  const orderOf = (/** @type {Event} */ event) => /** @type {CustomEvent} */ (event).detail.order;
  document.addEventListener('payment:open', (event) => panel.open(orderOf(event)));
  document.addEventListener('payment:changed', (event) => panel.update(orderOf(event)));
}
