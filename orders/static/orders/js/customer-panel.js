// Page entry: the customer's sheet under the call: input window, order to confirm, order, payment.
/** @import { Store } from './form-types.js' */
import { keepFocus } from '../../core/js/keep-focus.js';
import { word } from '../../core/js/words.js';
import { Announcer } from './announcer.js';
import {
  connectWithCall,
  focusToggle,
  hookForTests,
  linkForm,
  onToggle,
  tellSheet,
} from './form-link.js';
import { InformationWindow } from './information-window.js';
import { OrderCard } from './order-card.js';
import { pageStore } from './page-store.js';
import { buttonPart, fill, part, statusRegion } from './parts.js';
import { asking } from './problem.js';
import { groupNames } from './readable.js';
import { openRequests, sheetView } from './sheet-views.js';

/** Which part of the sheet a view uses. */
const SECTION = { pay: 'pay', order: 'card', confirm: 'card', draft: 'card', request: 'request' };

class CustomerPanel {
  #root;
  #sync;
  #store;
  #paying = false;
  /** @type {string} what made the sheet come up last */ #reason = '';
  /** @type {InformationWindow} */ #window;
  /** @type {OrderCard} */ #card;
  #keepFocus;

  /** @param {HTMLElement} root @param {ReturnType<typeof linkForm>} link @param {Store} store */
  constructor(root, { sync, socket }, store) {
    const { customer = '', merchant = '' } = root.dataset;
    this.#root = root;
    this.#sync = sync;
    this.#store = store;
    const request = socket.request.bind(socket);
    const ask = asking(request, (words) => fill(part(root, 'request-problem'), words));
    const choices = pageStore('localStorage', 'choices');
    this.#window = new InformationWindow(part(root, 'request'), sync, {
      names: { customer, merchant },
      ask,
      store: choices,
      asks: part(root, 'asks'),
    });
    const onPay = () => this.#pay();
    this.#card = new OrderCard(part(root, 'card'), sync, { request, name: merchant, onPay });
    this.#keepFocus = keepFocus(
      (element) => root.contains(element),
      () => part(root, 'title'),
    );
    this.#listen(merchant);
  }

  /** @param {string} merchant */
  #listen(merchant) {
    const announcer = new Announcer(statusRegion());
    this.#sync.on(({ kind }) => {
      this.render();
      if (kind === 'order' || kind === 'payment' || kind === 'snapshot') this.#tellPayment();
      if (kind === 'payment' && !this.#paying) announcer.now(this.#cardState());
      const reason = this.#occasion();
      if (reason === '' || reason === this.#reason) return;
      this.#reason = reason;
      this.#show(true);
      announcer.now(this.#occasionWords(merchant));
    });
    onToggle(() => this.#show(this.#root.hasAttribute('hidden'), true));
    buttonPart(this.#root, 'close').addEventListener('click', () => this.#show(false, true));
    document.addEventListener('payment:closed', () => {
      this.#paying = false;
      this.render();
      part(this.#root, 'title').focus();
    });
    if (this.#store.get('open') === true) this.#show(true);
  }

  get #view() {
    const { order, stand, requests } = this.#sync;
    return sheetView({ paying: this.#paying, order, stand, requests });
  }

  /** What is new enough to open the sheet by itself; the same thing opens it once. */
  #occasion() {
    const { order, watch } = this.#sync;
    const view = this.#view;
    if (view === 'request') return `request ${this.#window.current?.request}`;
    if (view === 'confirm' && this.#sync.stand === 'theirs') return `confirm ${watch.revision}`;
    return view === 'order' ? `order ${order?.code} ${order?.revision}` : '';
  }

  /** @param {string} merchant */
  #occasionWords(merchant) {
    const request = this.#window.current;
    if (this.#view === 'request' && request) {
      return word('form.asks', { name: merchant, what: groupNames(request.groups) });
    }
    return this.#cardState();
  }

  #cardState() {
    return part(this.#root, 'card-state').textContent ?? '';
  }

  render() {
    const view = this.#view;
    const section = SECTION[view];
    for (const name of ['request', 'card', 'pay']) part(this.#root, name).hidden = name !== section;
    this.#root.dataset.view = view;
    part(this.#root, 'title').textContent = word(`form.sheet.${view}`);
    fill(
      part(this.#root, 'link'),
      this.#sync.online || !this.#sync.ready ? '' : word('form.offline'),
    );
    const queued = this.#paying && openRequests(this.#sync.requests).length > 0;
    fill(part(this.#root, 'queued'), queued ? word('form.queued') : '');
    if (section === 'request') this.#window.render();
    if (section === 'card') this.#card.render(view);
    if (view !== 'pay' && !this.#root.hidden) this.#keepFocus();
  }

  #pay() {
    const { order } = this.#sync;
    if (!order) return;
    this.#paying = true;
    this.render();
    document.dispatchEvent(new CustomEvent('payment:open', { detail: { order } }));
  }

  #tellPayment() {
    const { order } = this.#sync;
    if (order) document.dispatchEvent(new CustomEvent('payment:changed', { detail: { order } }));
  }

  /** @param {boolean} open @param {boolean} [byPerson] */
  #show(open, byPerson = false) {
    this.#root.hidden = !open;
    this.#store.set('open', open);
    tellSheet(open);
    this.render();
    // what comes up by itself takes the focus only from nobody
    if (open && (byPerson || document.activeElement === document.body)) {
      part(this.#root, 'title').focus({ preventScroll: true });
    }
    if (!open && byPerson) focusToggle();
  }
}

for (const found of document.querySelectorAll('[data-customer-panel]')) {
  const root = /** @type {HTMLElement} */ (found);
  const { call = '', socket: path = '', state = '' } = root.dataset;
  const store = pageStore('sessionStorage', `form.${call}`);
  const link = linkForm({ path, role: 'customer', store });
  new CustomerPanel(root, link, store);
  connectWithCall(state, link.connect);
  hookForTests(link.sync, link.socket);
}
