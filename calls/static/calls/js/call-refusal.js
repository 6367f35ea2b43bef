/**
 * Says in place why a call did not come about, and what can be done instead.
 */

import { need } from '../../core/js/dom.js';
import { hasWord, word } from '../../core/js/words.js';
import { openingTimes, stepsAfter } from './call-request.js';

/** @typedef {import('./call-request.js').Step} Step */
/** @typedef {import('./call-request.js').Refusal} Refusal */

/**
 * Say it at the button that was pressed.
 * @param {HTMLElement} box
 * @param {Refusal} refusal
 */
export function showRefusal(box, { code, message, data }) {
  const known = hasWord(`refused-${code}`);
  const name = box.dataset.name ?? '';
  need('[data-why]', HTMLElement, box).textContent = known
    ? word(`refused-${code}`, { name })
    : message;
  sayMore(need('[data-opens]', HTMLElement, box), opensWords(box, data.opens_at));
  sayMore(need('[data-note]', HTMLElement, box), String(data.note ?? ''));
  const steps = stepsAfter(code);
  for (const link of box.querySelectorAll('[data-step]')) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    link.hidden = !steps.includes(/** @type {Step} */ (link.dataset.step));
    if (link.dataset.step === 'request' && data.call) link.search = `?call=${data.call}`;
  }
  box.hidden = false;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function sayMore(element, text) {
  element.hidden = text === '';
  element.textContent = text;
}

/**
 * @param {HTMLElement} box
 * @param {string | undefined} moment
 */
function opensWords(box, moment) {
  if (!moment) return '';
  const language = document.documentElement.lang;
  const place = box.dataset.timeZone ?? 'UTC';
  const { there, here } = openingTimes(moment, { place, own: undefined, language });
  return word(here ? 'opens-both' : 'opens', { there, here });
}
