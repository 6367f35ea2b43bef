// What the customer's sheet shows, of all that could be shown. Pure.
/** @import { InformationRequest, OrderSummary } from './form-types.js' */

/** @typedef {'pay' | 'order' | 'confirm' | 'request' | 'draft'} SheetView */

/**
 * @param {object} now
 * @param {boolean} now.paying the payment panel is open: nothing pushes it aside
 * @param {OrderSummary | null} now.order
 * @param {'none' | 'mine' | 'theirs' | 'both'} now.stand
 * @param {InformationRequest[]} now.requests
 * @returns {SheetView}
 */
export function sheetView({ paying, order, stand, requests }) {
  if (paying) return 'pay';
  if (order) return 'order';
  if (stand === 'theirs') return 'confirm';
  if (openRequests(requests).length > 0) return 'request';
  return stand === 'none' ? 'draft' : 'confirm';
}

/** @param {InformationRequest[]} requests @returns {InformationRequest[]} in the order they were sent */
export function openRequests(requests) {
  return requests
    .filter(({ state }) => state === 'sent')
    .sort((one, two) => (one.sent_at ?? '').localeCompare(two.sent_at ?? ''));
}

/** @param {InformationRequest} request @returns {string[]} groups that were not declined */
export function askedGroups({ groups, declined }) {
  const refused = new Set(Array.isArray(declined) ? declined : Object.keys(declined ?? {}));
  return groups.filter((group) => !refused.has(group));
}
