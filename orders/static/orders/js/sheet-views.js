// What the customer's sheet shows, of all that could be shown. Pure.
/** @import { InformationRequest, OrderSummary } from './form-types.js' */

/** @typedef {'pay' | 'order' | 'confirm' | 'request' | 'draft'} SheetView */

/**
 * @param {object} now
 * @param {boolean} now.paying the payment panel is open: nothing pushes it aside
 * @param {OrderSummary | null} now.order
 * @param {'none' | 'mine' | 'theirs' | 'both'} now.stand
 * @param {InformationRequest[]} now.requests
 * @param {ReadonlySet<string>} [now.taken] requests put off before and taken up again
 * @returns {SheetView}
 */
export function sheetView({ paying, order, stand, requests, taken }) {
  if (paying) return 'pay';
  if (order && !order.revising) return 'order';
  if (stand === 'theirs') return 'confirm';
  if (sorted(requests, taken).now.length > 0) return 'request';
  return stand === 'none' ? 'draft' : 'confirm';
}

/** @param {InformationRequest[]} requests @returns {InformationRequest[]} in the order they were sent */
export function openRequests(requests) {
  return requests
    .filter(({ state }) => state === 'sent')
    .sort((one, two) => (one.sent_at ?? '').localeCompare(two.sent_at ?? ''));
}

/**
 * @param {InformationRequest[]} requests
 * @param {ReadonlySet<string>} [taken] put off before and taken up again
 * @returns {{now: InformationRequest[], later: InformationRequest[]}} what is asked now, and what the
 *   customer wants to answer later
 */
export function sorted(requests, taken = new Set()) {
  const open = openRequests(requests);
  const isNow = (/** @type {InformationRequest} */ { request, put_off: putOff }) =>
    !putOff || taken.has(request);
  return { now: open.filter(isNow), later: open.filter((request) => !isNow(request)) };
}

/** @param {InformationRequest} request @returns {string[]} fields that were not declined */
export function askedFields({ fields, declined }) {
  const refused = new Set(Object.keys(declined ?? {}));
  return fields.filter((key) => !refused.has(key));
}
