// Page entry: a request to be called back at the desk, with its live form.
import { word } from '../../core/js/words.js';
import { part } from './parts.js';
import { mountRequestForm } from './request-form.js';
import { followStand } from './request-live.js';

for (const found of document.querySelectorAll('[data-request-page]')) {
  const root = /** @type {HTMLElement} */ (found);
  followStand(root, (now) => {
    const words = now.ready ? word('request.ready', { name: now.ready.member }) : '';
    part(root, 'news').textContent = words;
  });
}
for (const root of document.querySelectorAll('[data-request-form]')) {
  mountRequestForm(/** @type {HTMLElement} */ (root));
}
