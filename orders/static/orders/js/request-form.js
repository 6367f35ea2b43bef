// The order form of a request to be called back: the same live fields as in a call, without one.
/** @import { FormSync } from './form-sync.js' */
/** @import { Role } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { Announcer } from './announcer.js';
import { FieldView } from './field-view.js';
import { hookForTests, linkForm } from './form-link.js';
import { pageStore } from './page-store.js';
import { fill, part, statusRegion } from './parts.js';
import { fieldNames } from './readable.js';

/**
 * @param {HTMLElement} root
 * @returns {{sync: FormSync, request: import('./form-types.js').Request}}
 */
export function mountRequestForm(root) {
  const { form = '', socket: path = '', customer = '', merchant = '' } = root.dataset;
  const role = /** @type {Role} */ (root.dataset.role);
  const store = pageStore('sessionStorage', `form.${form}`);
  const { sync, socket, connect } = linkForm({ path, role, store });
  const names = { customer, merchant };
  for (const field of root.querySelectorAll('[data-field]')) {
    new FieldView(/** @type {HTMLElement} */ (field), sync, names);
  }
  announceOthers(sync, names[role === 'customer' ? 'merchant' : 'customer']);
  sync.on(() => fill(part(root, 'link'), !sync.ready || sync.online ? '' : word('form.offline')));
  connect();
  hookForTests(sync, socket);
  return { sync, request: socket.request.bind(socket) };
}

/** @param {FormSync} sync @param {string} name of the other side */
function announceOthers(sync, name) {
  const announcer = new Announcer(statusRegion());
  sync.on(({ kind, key = '' }) => {
    if (kind !== 'field' || !sync.ready) return;
    const { author } = sync.book.of(key);
    if (author && author !== sync.role) {
      announcer.later(key, word('form.wrote', { name, what: fieldNames([key]) }));
    }
  });
}
