/**
 * One look at the connection a second, as a verdict for the screen and figures for the tests.
 */

import { QualityMeter, sampleOf } from './quality.js';

/** @typedef {import('./quality.js').Verdict} Verdict */

/**
 * @param {RTCPeerConnection | null} connection
 */
export async function statsOf(connection) {
  const report = connection ? await connection.getStats() : new Map();
  return sampleOf(/** @type {Map<string, any>} */ (report), Date.now());
}

/**
 * @param {{connection: () => RTCPeerConnection | null, picture: () => boolean, show: (verdict: Verdict) => void}} parts
 */
export function watchQuality({ connection, picture, show }) {
  const meter = new QualityMeter();
  /** @type {RTCPeerConnection | null} */
  let last = null;
  setInterval(async () => {
    const now = connection();
    if (now !== last) meter.reset();
    last = now;
    if (now) show(meter.add(await statsOf(now), picture()));
  }, 1000);
}
