// Page entry: the order form as the merchant's window over the running video.
import { word } from '../../core/js/words.js';
import { Announcer } from './announcer.js';
import { FieldView } from './field-view.js';
import {
  connectWithCall,
  focusToggle,
  hookForTests,
  linkForm,
  onToggle,
  tellSheet,
} from './form-link.js';
import { MerchantFoot } from './merchant-foot.js';
import { pageStore } from './page-store.js';
import { fill, maybePart, part, statusRegion } from './parts.js';
import { asking } from './problem.js';
import { fieldNames, groupNames } from './readable.js';
import { RequestComposer } from './request-composer.js';
import { WindowMover } from './window-mover.js';

/** @param {HTMLElement} root */
function mount(root) {
  const { call = '', socket: path = '', state = '', customer = '', merchant = '' } = root.dataset;
  const names = { customer, merchant };
  const store = pageStore('sessionStorage', `form.${call}`);
  const { sync, socket, connect } = linkForm({ path, role: 'merchant', store });
  const request = socket.request.bind(socket);
  const views = [...root.querySelectorAll('[data-field]')].map(
    (field) => new FieldView(/** @type {HTMLElement} */ (field), sync, names),
  );
  const wantingFirst = () => views.find((view) => sync.book.wanting.has(view.key))?.focus();
  const foot = new MerchantFoot(root, sync, { request, names, onWanting: wantingFirst });
  new RequestComposer(
    root,
    sync,
    asking(request, (words) => foot.problem(words)),
  );
  const mover = new WindowMover(root, pageStore('localStorage', 'window'));
  mountToggle(root, mover, store);
  announce(sync, names);
  sync.on(() => renderLink(root, sync));
  connectWithCall(state, connect);
  hookForTests(sync, socket);
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

/** @param {import('./form-sync.js').FormSync} sync @param {import('./form-types.js').Names} names */
function announce(sync, names) {
  const announcer = new Announcer(statusRegion());
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
    const words = now.map(({ groups, state }) =>
      word(`form.request_now.${state}`, { name, what: groupNames(groups) }),
    );
    const latest = words.at(-1) ?? '';
    if (latest !== states && latest) announcer.now(latest);
    states = latest;
  });
}

for (const root of document.querySelectorAll('[data-form-window]')) {
  mount(/** @type {HTMLElement} */ (root));
}
