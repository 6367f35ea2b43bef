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
import { keepPlace } from './form-place.js';
import { InformationWindow } from './information-window.js';
import { OrderCard } from './order-card.js';
import { pageStore } from './page-store.js';
import { buttonPart, fill, part, statusRegion } from './parts.js';
import { asking } from './problem.js';
import { plural } from './readable.js';
import { occasion } from './sheet-occasions.js';
import { sheetView, sorted } from './sheet-views.js';

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
    const names = { customer, merchant };
    this.#window = new InformationWindow(part(root, 'request'), sync, {
      names,
      ask: asking(request, (words) => fill(part(root, 'request-problem'), words)),
      store: pageStore('localStorage', 'choices'),
      asks: part(root, 'asks'),
    });
    this.#card = new OrderCard(part(root, 'card'), sync, {
      request,
      ask: asking(request, (words) => this.#card.problem(words)),
      names,
      onPay: () => this.#pay(),
    });
    this.#keepFocus = keepFocus(
      (element) => root.contains(element),
      () => part(root, 'title'),
    );
    this.#listen();
  }

  #listen() {
    const announcer = new Announcer(statusRegion());
    this.#sync.on(({ kind }) => {
      if (this.#paying && this.#sync.order?.revising) this.#stopPaying();
      this.render();
      if (kind === 'order' || kind === 'payment' || kind === 'snapshot') this.#tellPayment();
      if (kind === 'payment' && !this.#paying) announcer.now(this.#cardState());
      const reason = this.#occasion();
      if (reason === '' || reason === this.#reason) return;
      this.#reason = reason;
      this.#show(true);
      announcer.now(this.#occasionWords());
    });
    onToggle(() => this.#show(this.#root.hasAttribute('hidden'), true));
    buttonPart(this.#root, 'close').addEventListener('click', () => this.#show(false, true));
    buttonPart(this.#root, 'take-up').addEventListener('click', () => {
      this.#window.takeUp();
      this.render();
      part(this.#root, 'title').focus();
    });
    document.addEventListener('payment:closed', () => {
      this.#paying = false;
      this.render();
      part(this.#root, 'title').focus();
    });
    if (this.#store.get('open') === true) this.#show(true);
  }

  get #view() {
    const { order, stand, requests } = this.#sync;
    const { taken } = this.#window;
    return sheetView({ paying: this.#paying, order, stand, requests, taken });
  }

  #occasion() {
    const { order, watch, stand } = this.#sync;
    const { revision } = watch;
    return occasion({ view: this.#view, stand, revision, order, request: this.#window.current });
  }

  #occasionWords() {
    const request = this.#window.current;
    return this.#view === 'request' && request ? this.#window.words(request) : this.#cardState();
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
    this.#renderWaiting(view);
    if (section === 'request') this.#window.render();
    if (section === 'card') this.#card.render();
    fill(part(this.#root, 'head-total'), section === 'card' ? this.#card.total : '');
    if (view !== 'pay' && !this.#root.hidden) this.#keepFocus();
  }

  /** @param {import('./sheet-views.js').SheetView} view what is asked waits while one pays, or for later */
  #renderWaiting(view) {
    const { now, later } = sorted(this.#sync.requests, this.#window.taken);
    fill(part(this.#root, 'queued'), view === 'pay' && now.length > 0 ? word('form.queued') : '');
    const isCard = SECTION[view] === 'card' && this.#sync.state === 'open';
    part(this.#root, 'later-row').hidden = later.length === 0 || !isCard;
    const words = later.length > 0 ? plural('form.later', later.length) : '';
    fill(part(this.#root, 'later-words'), words);
  }

  /** The order is being changed: its checkout is over, nothing was charged. */
  #stopPaying() {
    part(this.#root, 'panel-back').click();
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
  keepPlace(root, link.sync, store);
  connectWithCall(state, link.connect);
  hookForTests(link.sync, link.socket);
}
