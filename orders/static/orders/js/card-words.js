// What the order card says above the receipt. Reading only.
/** @import { FormSync } from './form-sync.js' */
/** @import { OrderSummary, Reply } from './form-types.js' */
import { hasWord, word } from '../../core/js/words.js';
import { isPaid, stepOf, troubleOf } from './payment-steps.js';
import { amountText, totalsOf } from './pricing.js';
import { fieldNames, readableMoney } from './readable.js';

/** @param {FormSync} sync @param {string} name of the merchant @returns {string} */
export function formTitle({ values, stand, order }, name) {
  if (Object.keys(values).length === 0) return word('form.card.empty', { name });
  if (order && stand === 'theirs') return word('form.card.theirs_again', { name });
  if (order && stand === 'none') return word('form.card.revising', { name });
  return word(stand === 'none' ? 'form.card.draft' : `form.card.${stand}`, { name });
}

/** @param {OrderSummary} order @param {string} name @returns {string} */
export function orderTitle(order, name) {
  const own = `form.order_state.${order.state}`;
  if (!isPaid(order) && hasWord(own)) return word(own, { name });
  const state = troubleOf(order) || stepOf(order);
  if (state === 'sent' && order.revises) return word('form.order.sent_again', { name });
  return word(`form.order.${isPaid(order) ? 'paid' : state}`, { name });
}

/** @param {Reply | null} reply @returns {string} what the customer said instead of confirming */
export function replyWords(reply) {
  if (!reply) return '';
  const { kind, words } = reply;
  if (kind === 'refusal') {
    return words === '' ? word('form.card.refusal_plain') : word('form.card.refusal', { words });
  }
  if (reply.fields.length === 0) return word('form.card.query_words', { words });
  const what = fieldNames(reply.fields);
  if (words === '') return word('form.card.query_plain', { what });
  return word('form.card.query', { what, words });
}

/** @param {FormSync} sync @param {string} name @returns {string} the customer's own price, while it is another one */
export function proposalWords({ values, currency }, name) {
  const proposal = values['price.proposal'] ?? '';
  const { subtotalMinor, discountMinor } = totalsOf(values, currency);
  const isTaken = amountText(subtotalMinor - discountMinor, currency) === proposal;
  if (proposal === '' || isTaken) return '';
  return word('form.card.proposed', { price: readableMoney(proposal, currency), name });
}
