// Changing an order that is placed and not paid: open the form again, say what changed, leave it.
/** @import { FormSync } from './form-sync.js' */
import { post } from '../../core/js/api.js';
import { word } from '../../core/js/words.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { isPaid } from './payment-steps.js';
import { problemWords } from './problem.js';
import { fieldNames } from './readable.js';

/** @param {FormSync} sync @returns {boolean} an order stands, and the form is open to change it */
export function isRevising({ order, state }) {
  return order?.revising === true && state === 'open';
}

/** @param {FormSync} sync @returns {string[]} keys set since the order was made */
export function changedSince({ order, book }) {
  if (!order) return [];
  return Object.keys(book.all).filter((key) => book.of(key).revision > order.revision);
}

/** @param {HTMLElement} root @param {FormSync} sync @param {(words: string) => void} problem */
export function mountRevision(root, sync, problem) {
  const send = async (/** @type {string} */ step) => {
    problem('');
    try {
      await post(`/api/v1/orders/${sync.order?.code}/${step}`, {});
      sync.resync();
      part(root, 'title').focus();
    } catch (error) {
      problem(problemWords(error));
      sync.resync();
    }
  };
  const revise = buttonPart(root, 'revise');
  onceAtATime(revise, () => send('revise/'));
  onceAtATime(buttonPart(root, 'withdraw'), () => send('revise/withdraw/'));
  sync.on(() => {
    const { order } = sync;
    const now = isRevising(sync);
    part(root, 'revising').hidden = !now;
    revise.hidden = !order || now || isPaid(order) || order.state !== 'awaiting_payment';
    part(root, 'create-label').textContent = word(now ? 'form.create_revised' : 'form.create');
    if (!order || !now) return;
    fill(part(root, 'revising-words'), word('form.revising', { number: order.number }));
    const changed = changedSince(sync);
    const what = changed.length > 0 ? fieldNames(changed) : '';
    fill(part(root, 'revising-changed'), what && word('form.revising_changed', { what }));
  });
}
