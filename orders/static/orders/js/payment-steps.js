// How far the payment of an order is, from what the server said; nothing else may say "paid".
/** @import { OrderSummary } from './form-types.js' */

/** @typedef {'sent' | 'opened' | 'checking' | 'paid'} Step */

/** @type {readonly Step[]} */
export const STEPS = ['sent', 'opened', 'checking', 'paid'];

/** @type {Record<string, Step>} */
const STEP_OF = { opened: 'opened', declined: 'opened', processing: 'checking', paid: 'paid' };

/** @param {OrderSummary} order */
export function isPaid(order) {
  return order.paid_at !== null || ['paid', 'fulfilled', 'completed'].includes(order.state);
}

/** @param {OrderSummary} order @returns {Step} */
export function stepOf(order) {
  if (isPaid(order)) return 'paid';
  return STEP_OF[order.payment?.stage ?? ''] ?? 'sent';
}

/** @param {OrderSummary} order @returns {'declined' | 'failed' | 'expired' | ''} what went wrong last, if it did */
export function troubleOf(order) {
  const stage = order.payment?.stage;
  if (isPaid(order)) return '';
  return stage === 'declined' || stage === 'failed' || stage === 'expired' ? stage : '';
}

/** @param {OrderSummary} order whether the customer may pay it now */
export function isPayable(order) {
  return !isPaid(order) && order.state === 'awaiting_payment' && stepOf(order) !== 'checking';
}
