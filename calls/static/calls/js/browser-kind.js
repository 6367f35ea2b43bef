/**
 * Which browser this is, as far as the way to its camera setting differs. Pure.
 */

/** @typedef {'chrome' | 'chrome-android' | 'edge' | 'samsung' | 'firefox' | 'firefox-android' | 'safari' | 'safari-ios' | 'other-ios' | 'other'} BrowserKind */
/**
 * @typedef {object} Told
 * @property {string} [userAgent]
 * @property {number} [maxTouchPoints]
 * @property {{brands?: {brand: string}[], platform?: string}} [userAgentData]
 */

/**
 * @param {Told} told what the browser says of itself
 * @returns {BrowserKind}
 */
export function browserKind({ userAgent = '', maxTouchPoints = 0, userAgentData }) {
  const brands = (userAgentData?.brands ?? []).map(({ brand }) => brand).join(' ');
  const android = userAgentData?.platform === 'Android' || userAgent.includes('Android');
  // an iPad calls itself a Mac, but no Mac has a touch screen
  const ios = /iPhone|iPad|iPod/.test(userAgent) || isTouchMac(userAgent, maxTouchPoints);
  if (ios) return /CriOS|FxiOS|EdgiOS|OPiOS/.test(userAgent) ? 'other-ios' : 'safari-ios';
  if (/SamsungBrowser/.test(userAgent) || brands.includes('Samsung')) return 'samsung';
  if (/Edg(A|)\//.test(userAgent) || brands.includes('Microsoft Edge')) return 'edge';
  if (userAgent.includes('Firefox/')) return android ? 'firefox-android' : 'firefox';
  if (/Chrom(e|ium)\//.test(userAgent) || brands.includes('Chromium')) {
    return android ? 'chrome-android' : 'chrome';
  }
  return userAgent.includes('Safari/') ? 'safari' : 'other';
}

/** @param {string} userAgent @param {number} maxTouchPoints */
function isTouchMac(userAgent, maxTouchPoints) {
  return userAgent.includes('Macintosh') && maxTouchPoints > 1;
}
