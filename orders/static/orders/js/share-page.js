// Page entry: copies the link to an order; without a clipboard the link is selected instead.
import { word } from '../../core/js/words.js';
import { part } from './parts.js';

/** @param {HTMLElement} root */
function start(root) {
  const link = /** @type {HTMLInputElement} */ (part(root, 'link'));
  const button = part(root, 'copy');
  button.hidden = false;
  link.addEventListener('focus', () => link.select());
  button.addEventListener('click', async () => {
    let words = 'share.copied';
    try {
      await navigator.clipboard.writeText(link.value);
    } catch {
      words = 'share.select';
      link.focus();
    }
    part(root, 'copied').textContent = word(words);
  });
}

for (const root of document.querySelectorAll('[data-share]')) {
  start(/** @type {HTMLElement} */ (root));
}
