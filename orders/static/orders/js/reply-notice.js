// What the customer said instead of confirming: a question about values, or a refusal.
/** @import { FormSync } from './form-sync.js' */
/** @import { Ask } from './request-composer.js' */
/** @import { Names, Reply } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { fieldNames } from './readable.js';

/**
 * @param {HTMLElement} root
 * @param {FormSync} sync
 * @param {{ask: Ask, names: Names, goTo: (key: string) => void}} options
 */
export function mountReply(root, sync, { ask, names, goTo }) {
  const settle = buttonPart(root, 'reply-settle');
  onceAtATime(settle, async () => {
    if (!(await ask('form.settle', {}))) return;
    sync.change('reply', { reply: null });
    part(root, 'title').focus();
  });
  part(root, 'reply-look').addEventListener('click', () => goTo(sync.reply?.fields[0] ?? ''));
  sync.on(() => {
    const { reply } = sync;
    const notice = part(root, 'reply');
    notice.hidden = reply === null;
    if (!reply) return;
    notice.dataset.kind = reply.kind;
    fill(part(root, 'reply-what'), replyWords(reply, names.customer));
    fill(part(root, 'reply-words'), reply.words && `“${reply.words}”`);
    part(root, 'reply-look').hidden = reply.fields.length === 0;
  });
}

/** @param {Reply} reply @param {string} name of the customer */
export function replyWords({ kind, fields }, name) {
  if (kind === 'refusal') return word('form.reply.refusal', { name });
  if (fields.length === 0) return word('form.reply.query_plain', { name });
  return word('form.reply.query', { name, what: fieldNames(fields) });
}
