/**
 * Why somebody is not seen or heard: in words for themselves, and as one code for the other side.
 * Pure.
 */

/** @typedef {import('./media-problems.js').Problem} Problem */
/** @typedef {'' | 'text_only' | 'sound_only' | `${'camera' | 'microphone' | 'devices'}_${'blocked' | 'missing' | 'busy' | 'failed'}`} Trouble */

/** @type {Partial<Record<import('./media-problems.js').Code, string>>} */
const REASONS = {
  denied: 'blocked',
  dismissed: 'blocked',
  insecure: 'blocked',
  missing: 'missing',
  busy: 'busy',
  broken: 'failed',
  overconstrained: 'missing',
};
/** @type {ReadonlySet<string>} what a person can change in the browser's settings */
const SETTINGS = new Set(['denied', 'dismissed']);

/** @param {Problem} problem */
function whatOf({ kinds }) {
  if (kinds.length !== 1) return 'devices';
  return kinds[0] === 'video' ? 'camera' : 'microphone';
}

/**
 * What the other side is told.
 * @param {{problem: Problem | null, textOnly: boolean, soundOnly: boolean}} now
 * @returns {Trouble}
 */
export function troubleOf({ problem, textOnly, soundOnly }) {
  if (textOnly) return 'text_only';
  if (problem && problem.kinds.length > 0) {
    return /** @type {Trouble} */ (`${whatOf(problem)}_${REASONS[problem.code] ?? 'failed'}`);
  }
  return soundOnly ? 'sound_only' : '';
}

/**
 * The page's keys for what happened here and for the way out, the closest first.
 * @param {Problem} problem
 * @returns {string[]}
 */
export function problemKeys(problem) {
  const what = problem.kinds.length === 1 ? problem.kinds[0] : 'both';
  return [`media-${problem.code}-${what}`, `media-${problem.code}`];
}

/**
 * @param {Problem} problem
 * @param {string} browser a kind of browser
 * @returns {string} the page's key for the way to the setting; empty where no setting helps
 */
export function wayOut(problem, browser) {
  return SETTINGS.has(problem.code) ? `way-${browser}` : '';
}

/**
 * Whether the other side cannot be heard for more than a mute.
 * @param {string} trouble what they told
 */
export function isSpeechless(trouble) {
  return trouble === 'text_only' || /^(microphone|devices)_/.test(trouble);
}
