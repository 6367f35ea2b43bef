/**
 * After the call: stars and, if one likes, words. Changeable as long as the page is there.
 */

import { post } from '../../core/js/api.js';
import { maybe, need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

/** @param {string} call */
export function mountRating(call) {
  const form = maybe('#rating', HTMLFormElement);
  if (!form) return;
  const send = need('#rating-send', HTMLButtonElement);
  const more = need('#rating-more', HTMLElement);
  const said = need('#rating-said', HTMLElement);
  form.addEventListener('change', () => {
    more.hidden = false;
    said.textContent = '';
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const stars = Number(data.get('stars'));
    if (!stars || send.getAttribute('aria-busy') === 'true') return;
    send.setAttribute('aria-busy', 'true');
    try {
      const words = String(data.get('words') ?? '').trim();
      await post(`/api/v1/calls/${call}/rating/`, { stars, words });
      said.textContent = word('rating-thanks');
      need('[data-part="label"]', HTMLElement, send).textContent = word('rating-change');
      more.hidden = true;
      need('input:checked', HTMLInputElement, form).focus();
    } catch {
      said.textContent = word('rating-failed');
    }
    send.removeAttribute('aria-busy');
  });
}
