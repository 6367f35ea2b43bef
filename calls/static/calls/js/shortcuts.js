/**
 * Keys for the controls, their list, and the switch that turns them off.
 */

import { need } from '../../core/js/dom.js';
import { actionFor } from './shortcut-keys.js';

const KEY = 'visavis:shortcuts-off';
const BUTTONS = {
  microphone: '#microphone',
  camera: '#camera',
  order: '#order-toggle',
  text: '#text-toggle',
};

/** @returns {() => void} shows the list */
export function mountShortcuts() {
  const dialog = need('#shortcuts-dialog', HTMLDialogElement);
  const wanted = need('#shortcuts-on', HTMLInputElement);
  wanted.checked = localStorage.getItem(KEY) === null;
  wanted.addEventListener('change', () => {
    if (wanted.checked) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, '1');
  });
  document.addEventListener('keydown', (event) => {
    const action = actionFor(event, document.activeElement, wanted.checked);
    if (!action || document.querySelector('dialog:modal')) return;
    event.preventDefault();
    if (action === 'keys') dialog.showModal();
    else press(BUTTONS[action]);
  });
  return () => dialog.showModal();
}

/** @param {string} selector of a control that may be out of reach just now */
function press(selector) {
  const button = need(selector, HTMLButtonElement);
  if (button.checkVisibility()) button.click();
}
