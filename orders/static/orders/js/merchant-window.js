// Page entry: the order form as the merchant's window over the running video.
import { word } from '../../core/js/words.js';
import { Announcer } from './announcer.js';
import { mountDeal } from './deal-editor.js';
import { FieldView } from './field-view.js';
import {
  connectWithCall,
  focusToggle,
  hookForTests,
  linkForm,
  onToggle,
  tellSheet,
} from './form-link.js';
import { keepPlace } from './form-place.js';
import { MerchantFoot } from './merchant-foot.js';
import { mountRevision } from './order-revision.js';
import { pageStore } from './page-store.js';
import { fill, maybePart, part, statusRegion } from './parts.js';
import { asking } from './problem.js';
import { askedNames, fieldNames } from './readable.js';
import { mountReply } from './reply-notice.js';
import { RequestComposer } from './request-composer.js';
import { mountRequestRows } from './request-rows.js';
import { mountUndo } from './undo-edit.js';
import { WindowMover } from './window-mover.js';

/** @param {HTMLElement} root */
function mount(root) {
  const { call = '', socket: path = '', state = '', customer = '', merchant = '' } = root.dataset;
  const names = { customer, merchant };
  const store = pageStore('sessionStorage', `form.${call}`);
  const { sync, socket, connect } = linkForm({ path, role: 'merchant', store });
  const request = socket.request.bind(socket);
  mountForm(root, sync, { request, names });
  const mover = new WindowMover(root, pageStore('localStorage', 'window'));
  mountToggle(root, mover, store);
  keepPlace(root, sync, store);
  sync.on(() => renderLink(root, sync));
  connectWithCall(state, connect);
  hookForTests(sync, socket);
}

/**
 * @param {HTMLElement} root
 * @param {import('./form-sync.js').FormSync} sync
 * @param {{request: import('./form-types.js').Request, names: import('./form-types.js').Names}} options
 */
function mountForm(root, sync, { request, names }) {
  const announcer = new Announcer(statusRegion());
  const say = (/** @type {string} */ words) => announcer.now(words);
  const problem = (/** @type {string} */ words) => foot.problem(words);
  const ask = asking(request, problem);
  const own = [...root.querySelectorAll('[data-field]')].map(
    (field) => new FieldView(/** @type {HTMLElement} */ (field), sync, names),
  );
  const lines = mountDeal(root, sync, { names, say, problem });
  const views = () => [...own, ...lines.views];
  const goTo = (/** @type {string} */ key) =>
    views()
      .find((view) => view.key === key)
      ?.focus();
  const onWanting = () =>
    views()
      .find((view) => sync.book.wanting.has(view.key))
      ?.focus();
  const foot = new MerchantFoot(root, sync, { request, names, onWanting });
  new RequestComposer(root, sync, ask);
  mountRequestRows(root, sync, ask);
  mountReply(root, sync, { ask, names, goTo });
  mountRevision(root, sync, problem);
  mountUndo(root, sync, { ask, say });
  announce(sync, names, announcer);
}

/** @param {HTMLElement} root @param {WindowMover} mover @param {import('./form-types.js').Store} store */
function mountToggle(root, mover, store) {
  const show = (/** @type {boolean} */ open, /** @type {boolean} */ byPerson) => {
    root.hidden = !open;
    store.set('open', open);
    tellSheet(open);
    mover.show();
    if (!byPerson) return;
    if (open) part(root, 'title').focus();
    else focusToggle();
  };
  onToggle(() => show(root.hasAttribute('hidden'), true));
  root.querySelector('[data-window="close"]')?.addEventListener('click', () => show(false, true));
  if (store.get('open') === true) show(true, false);
}

/** @param {HTMLElement} root @param {import('./form-sync.js').FormSync} sync */
function renderLink(root, sync) {
  root.toggleAttribute('data-offline', !sync.online);
  fill(maybePart(root, 'link'), sync.online ? '' : word('form.offline'));
}

/**
 * @param {import('./form-sync.js').FormSync} sync
 * @param {import('./form-types.js').Names} names
 * @param {Announcer} announcer
 */
function announce(sync, names, announcer) {
  const name = names.customer;
  let states = '';
  sync.on(({ kind, key = '' }) => {
    if (kind === 'field' && sync.ready && sync.book.of(key).author === 'customer') {
      announcer.later(key, word('form.wrote', { name, what: fieldNames([key]) }));
    }
    if (kind === 'confirmations' && sync.stand === 'both')
      announcer.now(word('form.both_confirmed'));
    if (kind !== 'requests') return;
    const now = sync.requests.filter(({ state }) => state !== 'sent' && state !== 'recalled');
    const words = now.map(({ fields, state }) =>
      word(`form.request_now.${state}`, { name, what: askedNames(fields) }),
    );
    const latest = words.at(-1) ?? '';
    if (latest !== states && latest) announcer.now(latest);
    states = latest;
  });
}

for (const root of document.querySelectorAll('[data-form-window]')) {
  mount(/** @type {HTMLElement} */ (root));
}
