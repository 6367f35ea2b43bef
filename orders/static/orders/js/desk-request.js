// Page entry: a request to be called back at the desk, with its live form.
import { word } from '../../core/js/words.js';
import { Announcer } from './announcer.js';
import { mountDeal } from './deal-editor.js';
import { renderTotals } from './deal-totals.js';
import { fill, part, statusRegion } from './parts.js';
import { mountRequestForm } from './request-form.js';
import { followStand } from './request-live.js';

for (const found of document.querySelectorAll('[data-request-page]')) {
  const root = /** @type {HTMLElement} */ (found);
  followStand(root, (now) => {
    const words = now.ready ? word('request.ready', { name: now.ready.member }) : '';
    part(root, 'news').textContent = words;
  });
}
for (const found of document.querySelectorAll('[data-request-form]')) {
  const root = /** @type {HTMLElement} */ (found);
  const { sync } = mountRequestForm(root);
  const { customer = '', merchant = '' } = root.dataset;
  const announcer = new Announcer(statusRegion());
  mountDeal(root, sync, {
    names: { customer, merchant },
    say: (words) => announcer.now(words),
    problem: (words) => fill(part(root, 'problem-text'), words),
  });
  sync.on(() => {
    const total = renderTotals(root, sync.values, sync.currency);
    part(root, 'foot-total').textContent = total || word('form.no_price');
  });
}
