// The box one was in is found again after the page was loaded anew.
/** @import { FormSync } from './form-sync.js' */
/** @import { Store } from './form-types.js' */

/**
 * @param {HTMLElement} root
 * @param {FormSync} sync
 * @param {Store} store
 */
export function keepPlace(root, sync, store) {
  const at = store.get('at');
  root.addEventListener('focusin', ({ target }) => store.set('at', fieldOf(target)));
  root.addEventListener('focusout', () => store.set('at', null));
  // leaving the page takes the focus out of a box as well: what was noted before it stays
  globalThis.addEventListener('pagehide', () => store.set('at', sync.focused));
  if (!at) return;
  let looked = false;
  sync.on(({ kind }) => {
    if (kind !== 'snapshot' || looked) return;
    looked = true;
    // the views have to show the boxes first
    setTimeout(() => boxOf(root, at)?.focus());
  });
}

/** @param {EventTarget | null} target @returns {string | null} */
function fieldOf(target) {
  const field = target instanceof Element ? target.closest('[data-field]') : null;
  return field?.getAttribute('data-field') ?? null;
}

/** @param {HTMLElement} root @param {string} key @returns {HTMLElement | null} */
function boxOf(root, key) {
  const boxes = root.querySelectorAll(`[data-field="${CSS.escape(key)}"] [data-part="box"]`);
  const seen = [...boxes].find((box) => box.checkVisibility());
  // whoever is in another box by now stays there
  const elsewhere = document.activeElement?.matches('input, textarea, select');
  return seen instanceof HTMLElement && !elsewhere ? seen : null;
}
