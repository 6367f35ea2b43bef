// Taking back one's own last change: the button, and Ctrl+Z where the box itself has nothing to undo.
/** @import { FormSync } from './form-sync.js' */
/** @import { Ask } from './request-composer.js' */
import { word } from '../../core/js/words.js';
import { buttonPart, onceAtATime } from './parts.js';
import { fieldNames } from './readable.js';

/**
 * @param {HTMLElement} root
 * @param {FormSync} sync
 * @param {{ask: Ask, say: (words: string) => void}} options
 */
export function mountUndo(root, sync, { ask, say }) {
  const button = buttonPart(root, 'undo');
  /** @type {EventTarget | null} the box one has typed in since one came to it */
  let typed = null;
  const undo = async () => {
    if (!sync.online || sync.state !== 'open') return;
    await sync.outbox.settled();
    const reply = await ask('form.undo', {});
    if (!reply) return;
    sync.undone(/** @type {any} */ (reply));
    say(word('form.undone', { what: fieldNames([reply.field]) }));
  };
  onceAtATime(button, undo);
  root.addEventListener('input', ({ target }) => {
    typed = target;
  });
  root.addEventListener('focusout', () => {
    typed = null;
  });
  root.addEventListener('keydown', (event) => {
    const plain = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!plain || event.key.toLowerCase() !== 'z' || event.isComposing) return;
    if (typed === event.target) return;
    event.preventDefault();
    button.click();
  });
  sync.on(() => {
    button.disabled = sync.state !== 'open' || !sync.online;
  });
}
