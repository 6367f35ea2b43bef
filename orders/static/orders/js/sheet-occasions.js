// What is new enough to bring the customer's sheet up by itself, and what is said of it. The same
// thing brings it up once; while one pays, nothing does. Pure.
/** @import { InformationRequest, OrderSummary } from './form-types.js' */
/** @import { SheetView } from './sheet-views.js' */

/**
 * @param {object} now
 * @param {SheetView} now.view
 * @param {'none' | 'mine' | 'theirs' | 'both'} now.stand
 * @param {number} now.revision
 * @param {OrderSummary | null} now.order
 * @param {InformationRequest | undefined} now.request the one that is asked now
 * @returns {string} names the occasion; empty without one
 */
export function occasion({ view, stand, revision, order, request }) {
  if (view === 'request' && request) return `request ${request.request} ${request.reminders ?? 0}`;
  if (view === 'confirm' && stand === 'theirs') return `confirm ${revision}`;
  if (view === 'order' && order) return `order ${order.code} ${order.revision}`;
  return view !== 'pay' && order?.revising ? `revising ${order.code}` : '';
}
