/**
 * What a person sees of a call, from what is known about it. Pure.
 */

/** @typedef {'loading' | 'queued' | 'ringing' | 'connecting' | 'live' | 'reconnecting' | 'ended' | 'elsewhere' | 'refused'} Phase */
/** @typedef {'customer' | 'merchant'} Role */
/**
 * @typedef {object} Known
 * @property {string} state the server's word; empty before the first snapshot
 * @property {string} connection state of the media connection
 * @property {boolean} connectedBefore whether media has flowed on this page
 * @property {number} stopCode close code after which the socket stays closed, or 0
 */

const ENDED = new Set(['completed', 'failed', 'declined', 'missed', 'cancelled', 'unavailable']);
const TAKEN_OVER = 4409;

/** @param {string} state */
export function isEnded(state) {
  return ENDED.has(state);
}

/** @param {string} state */
export function isTalking(state) {
  return state === 'accepted' || state === 'live';
}

/**
 * @param {Known} known
 * @returns {Phase}
 */
export function phaseOf({ state, connection, connectedBefore, stopCode }) {
  if (isEnded(state)) return 'ended';
  if (stopCode) return stopCode === TAKEN_OVER ? 'elsewhere' : 'refused';
  if (state === 'queued' || state === 'ringing') return state;
  if (!isTalking(state)) return 'loading';
  if (connection === 'connected') return 'live';
  return connectedBefore ? 'reconnecting' : 'connecting';
}

/** As in calls/outcomes.py; tests/shared/outcome_vectors.json holds both to the same answers. */
const BY_REASON = new Map([
  ['cancelled left_queue', 'left_queue'],
  ['missed waited_too_long', 'waited_too_long'],
  ['unavailable busy', 'busy'],
  ['unavailable closed', 'closed'],
  ['unavailable blocked', 'blocked'],
]);
const BY_STATE = new Map([
  ['failed', 'lost'],
  ['missed', 'not_answered'],
  ['unavailable', 'nobody_there'],
]);
/** Reasons a member may give with a decline. */
const REASONS = new Set(['in_a_moment', 'leave_request', 'not_today']);

/**
 * How an ended call came out.
 * @param {string} state
 * @param {string} reason
 */
export function outcomeOf(state, reason) {
  return BY_REASON.get(`${state} ${reason}`) ?? BY_STATE.get(state) ?? state;
}

/**
 * The page's key for the words of an ended call: who ended it matters where both sides could, and
 * a decline may carry a reason.
 * @param {string} state
 * @param {string} by role that ended it, or empty
 * @param {Role} role
 * @param {string} [reason]
 */
export function endingOf(state, by, role, reason = '') {
  const outcome = outcomeOf(state, reason);
  if (outcome === 'completed' && by) {
    return by === role ? 'ended-completed-here' : 'ended-completed-there';
  }
  if (outcome === 'declined' && REASONS.has(reason)) return `ended-declined-${reason}`;
  return `ended-${outcome}`;
}

/**
 * This page is new in a call whose other side may hold a connection to the page before it:
 * then both sides must begin afresh.
 * @param {Role} role
 * @param {string} state of the first snapshot
 * @param {boolean} seenBefore whether this tab showed this call before
 */
export function mustStartAnew(role, state, seenBefore) {
  if (role === 'customer') return isTalking(state);
  return state === 'live' || (state === 'accepted' && seenBefore);
}

/**
 * @param {number} seconds
 * @returns {string} as on a clock: 0:07, 12:30, 1:02:03
 */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
