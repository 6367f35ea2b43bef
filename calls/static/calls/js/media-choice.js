/**
 * Which devices this person chose, and what they had switched off, kept in their own browser.
 */

const KEY = 'visavis:media';

/**
 * @typedef {object} Choice
 * @property {string} [microphone] device id
 * @property {string} [camera] device id
 * @property {string} [speaker] device id
 * @property {boolean} [microphoneOff]
 * @property {boolean} [cameraOff]
 * @property {import('./media-problems.js').Problem | null} [problem] why the camera is off, if it is no choice
 * @property {boolean} [without] went on without being asked for either
 */

/** @returns {Choice} */
export function mediaChoice() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}

/** @param {Choice} changes */
export function keepMediaChoice(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...mediaChoice(), ...changes }));
  } catch {
    // private browsing without storage: the choice holds for this page only
  }
}

/**
 * Tests may ask for small pictures (`?media=320x240@15`), so that two browsers fit two cores.
 * @returns {{width: number, height: number, rate: number} | undefined}
 */
export function testSize() {
  if (!('testHooks' in document.documentElement.dataset)) return undefined;
  const asked = new URLSearchParams(location.search).get('media');
  const [, width, height, rate] = asked?.match(/^(\d+)x(\d+)@(\d+)$/)?.map(Number) ?? [];
  return width && height && rate ? { width, height, rate } : undefined;
}
