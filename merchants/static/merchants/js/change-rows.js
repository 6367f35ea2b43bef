/**
 * Rows that come, go and are copied without a reload: a button named `change` sends the form as
 * it would anyway, and only the rows of the answer are put in. Whatever fails, the form is sent
 * the plain way.
 */

import { maybe, need } from '../../core/js/dom.js';

const form = need('form[data-rows]', HTMLFormElement);

/** @param {HTMLButtonElement} button */
async function fetchRows(button) {
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: 'POST', body });
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return need('#rows', HTMLElement, page);
}

/**
 * The new row, else the button that was pressed, else the one that adds to the same list.
 * @param {string} wish
 */
function focusAfter(wish) {
  const rows = need('#rows', HTMLElement);
  const [verb = '', day = ''] = wish.split(':');
  const adding = verb.endsWith('-holiday') ? 'add-holiday' : `add:${day}`;
  const again = verb.startsWith('remove') ? adding : wish;
  const target =
    maybe('[autofocus]', HTMLElement, rows) ??
    maybe(`button[value="${CSS.escape(again)}"]`, HTMLElement, rows);
  target?.focus();
}

/** @param {HTMLButtonElement} button */
async function change(button) {
  try {
    const fresh = await fetchRows(button);
    need('#rows', HTMLElement).replaceChildren(...document.adoptNode(fresh).childNodes);
    focusAfter(button.value);
  } catch {
    form.removeEventListener('submit', listen);
    form.requestSubmit(button);
  }
}

/** @param {SubmitEvent} event */
function listen(event) {
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement) || button.name !== 'change') return;
  event.preventDefault();
  void change(button);
}

form.addEventListener('submit', listen);
