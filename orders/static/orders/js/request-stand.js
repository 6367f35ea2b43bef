// How a request to be called back stands, as both sides' pages use it. Pure.

/** @typedef {{state: string, ready: {member: string, until: string} | null, close_reason: string}} Stand */

/** Whether the two may still come together over it. @param {Stand} stand */
export function isOpen({ state }) {
  return state === 'waiting' || state === 'ready';
}

/**
 * Two stands that look the same on a page are the same.
 * @param {Stand | null} one
 * @param {Stand} other
 */
export function sameStand(one, other) {
  return (
    one !== null &&
    one.state === other.state &&
    one.ready?.member === other.ready?.member &&
    one.ready?.until === other.ready?.until
  );
}

/**
 * Whether somebody is ready who was not before: the moment to ring.
 * @param {Stand | null} before null on a page that has just been opened
 * @param {Stand} now
 */
export function becameReady(before, now) {
  if (now.state !== 'ready') return false;
  return before !== null && before.ready?.member !== now.ready?.member;
}

/** @param {string} until an instant @param {number} now milliseconds @returns {number} whole minutes, rounded up */
export function minutesLeft(until, now) {
  const left = Date.parse(until) - now;
  return Number.isNaN(left) ? 0 : Math.max(0, Math.ceil(left / 60_000));
}
