/**
 * Adds the visitor's own time to every `<time data-own-time="({time} your time)" data-zone=…>`
 * whose zone differs, also to those that come later. Without this the merchant's time stands.
 */

import { ownReading } from './own-reading.js';

/** @param {HTMLTimeElement} time */
function add(time) {
  const { ownTime = '', zone = '' } = time.dataset;
  delete time.dataset.ownTime;
  try {
    const own = ownReading(time.dateTime, zone, { language: document.documentElement.lang });
    if (own) time.after(` ${ownTime.replace('{time}', own)}`);
  } catch {
    // a zone or a time this browser does not know: the merchant's time stands alone
  }
}

function addAll() {
  for (const time of document.querySelectorAll('time[data-own-time]')) {
    if (time instanceof HTMLTimeElement) add(time);
  }
}

addAll();
new MutationObserver(addAll).observe(document.body, { childList: true, subtree: true });
