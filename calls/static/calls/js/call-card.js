/**
 * Who calls, in words: fills the incoming call's dialog and the cards of those who wait.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

/** @typedef {import('./waiting-calls.js').Waiting} Waiting */

/** @param {Waiting} call */
export function nameOf(call) {
  return call.customer_name || word('guest');
}

/**
 * @param {HTMLElement} root
 * @param {Waiting} call
 */
export function fillCall(root, call) {
  const name = nameOf(call);
  need('[data-name]', HTMLElement, root).textContent = name;
  need('[data-initials]', HTMLElement, root).textContent = initialsOf(name);
  const front = need('#desk', HTMLElement).dataset.storefront === call.page;
  need('[data-page]', HTMLElement, root).textContent = front ? word('page-storefront') : call.page;
  need('[data-page-row]', HTMLElement, root).hidden = call.page === '';
  need('[data-again]', HTMLElement, root).hidden = !call.seen_before;
  need('[data-callback]', HTMLElement, root).hidden = !call.callback;
  need('[data-wanted]', HTMLElement, root).textContent = wantedOf(call.callback);
  need('[data-time]', HTMLElement, root).dataset.wait = call.code;
}

/**
 * What the request said that this call answers; it stands on the same page.
 * @param {string | null | undefined} callback
 */
function wantedOf(callback) {
  if (!callback) return '';
  const row = document.querySelector(`[data-request="${CSS.escape(callback)}"] [data-wanted]`);
  return row?.textContent ?? '';
}

/** @param {string} name */
export function initialsOf(name) {
  const words = name.split(/\s+/).filter((one) => /^[\p{L}\p{N}]/u.test(one));
  const letters = words.map((one) => [...one][0] ?? '');
  const two = words.length > 1 ? [letters[0], letters[letters.length - 1]] : letters;
  return two.join('').toUpperCase() || '·';
}
