/**
 * What a customer can do after a call that came out so; the first step is the one to show largest.
 * Pure.
 */

/** @typedef {'again' | 'request' | 'storefront'} Step */

/** @type {Record<string, Step[]>} */
const STEPS = {
  completed: ['again', 'storefront'],
  lost: ['again', 'request', 'storefront'],
  cancelled: ['again', 'request', 'storefront'],
  busy: ['request', 'again', 'storefront'],
  declined: ['request', 'again', 'storefront'],
  'declined in_a_moment': ['again', 'request', 'storefront'],
  'declined leave_request': ['request', 'storefront'],
  'declined not_today': ['request', 'storefront'],
  not_answered: ['request', 'again', 'storefront'],
  left_queue: ['request', 'again', 'storefront'],
  waited_too_long: ['request', 'again', 'storefront'],
  nobody_there: ['request', 'again', 'storefront'],
  closed: ['request', 'storefront'],
  blocked: ['storefront'],
};

/**
 * @param {string} outcome as call-phases.js names it
 * @param {string} [reason] given with a decline
 * @returns {Step[]}
 */
export function stepsOf(outcome, reason = '') {
  return STEPS[`${outcome} ${reason}`] ?? STEPS[outcome] ?? ['storefront'];
}
