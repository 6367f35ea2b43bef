// The form's socket: everything it says goes into the form's state, and a person is told when it is gone.
/** @import { Role, Store } from './form-types.js' */
import { clock } from '../../core/js/clock.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { FORM_FRAMES, receive } from './form-frames.js';
import { FormSync } from './form-sync.js';

/**
 * @param {{path: string, role: Role, store: Store}} options
 * @returns {{sync: FormSync, socket: SocketClient, connect: () => void}}
 */
export function linkForm({ path, role, store }) {
  const socket = new SocketClient(socketUrl(path), { clock, onNetworkChange });
  const sync = new FormSync({
    role,
    store,
    request: (type, data) => socket.request(type, data),
    isOpen: () => socket.isOpen,
  });
  for (const type of FORM_FRAMES) socket.on(type, (frame) => receive(sync, frame));
  document.addEventListener('call:hangup', (event) => {
    if (isUnfinished(sync)) event.preventDefault();
  });
  socket.addEventListener('down', () => sync.change('link', { online: false }));
  socket.addEventListener('stopped', () => sync.change('link', { online: false }));
  let asked = false;
  return {
    sync,
    socket,
    connect: () => {
      if (asked) return;
      asked = true;
      socket.connect();
    },
  };
}

/**
 * Something agreed would stay open if the call ended now.
 * @param {FormSync} sync
 */
export function isUnfinished({ order, stand }) {
  return order ? order.payable === true : stand !== 'none';
}

/**
 * Connect as soon as the call has been accepted; the form goes on after the call has ended.
 * @param {string} state of the call when the page was made
 * @param {() => void} connect
 */
export function connectWithCall(state, connect) {
  const begun = (/** @type {unknown} */ now) =>
    ['accepted', 'live', 'completed', 'failed', 'ended'].includes(String(now));
  if (begun(state)) connect();
  document.addEventListener('call:state', (event) => {
    if (begun(/** @type {CustomEvent} */ (event).detail?.state)) connect();
  });
}

/** @param {() => void} run when the call bar's order button is pressed */
export function onToggle(run) {
  document.addEventListener('order:toggle', (event) => {
    event.preventDefault();
    run();
  });
}

/**
 * Tell the call page that the form is open; it may still be starting, so its marks are set as well.
 * @param {boolean} open
 */
export function tellSheet(open) {
  document.getElementById('order-toggle')?.setAttribute('aria-expanded', String(open));
  document.getElementById('call-room')?.setAttribute('data-sheet', open ? 'open' : 'closed');
  document.dispatchEvent(new CustomEvent(open ? 'sheet:open' : 'sheet:closed'));
}

/** Where the focus goes back to when the form closes. */
export function focusToggle() {
  document.getElementById('order-toggle')?.focus();
}

/** @param {FormSync} sync @param {SocketClient} socket shown to tests only */
export function hookForTests(sync, socket) {
  if (!document.documentElement.hasAttribute('data-test-hooks')) return;
  const hooks = /** @type {Record<string, unknown>} */ (Reflect.get(window, '__visavis') ?? {});
  Reflect.set(window, '__visavis', Object.assign(hooks, { form: sync, formSocket: socket }));
}
