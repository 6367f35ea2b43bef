/**
 * Showing the screen from the call page: what is said, what the tile and the other side see.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { ScreenShare } from './screen-share.js';

/**
 * @typedef {object} Parts
 * @property {() => void} changed what goes out is another picture now
 * @property {(words: string) => void} say politely
 */

/** @param {Parts} parts @returns {ScreenShare} */
export function mountScreen({ changed, say }) {
  const share = new ScreenShare({ devices: navigator.mediaDevices });
  const banner = need('#sharing', HTMLElement);
  const words = need('span', HTMLElement, banner);
  const stop = need('#sharing-stop', HTMLButtonElement);
  /** @param {string} key */
  const tell = (key) => {
    banner.hidden = false;
    stop.hidden = share.track === null;
    words.textContent = word(key);
    say(word(key));
  };
  share.addEventListener('change', (event) => {
    const { reason } = /** @type {CustomEvent} */ (event).detail;
    const focused = document.activeElement === stop;
    if (reason === 'began' || reason === 'payment') tell(`screen-${reason}`);
    else banner.hidden = true;
    if (reason !== 'began' && focused) need('#more', HTMLButtonElement).focus();
    if (reason === 'stopped' || reason === 'browser') say(word('screen-stopped'));
    changed();
  });
  stop.addEventListener('click', () => share.stop());
  document.addEventListener('payment:open', () => share.keepPrivate(true));
  document.addEventListener('payment:closed', () => {
    share.keepPrivate(false);
    if (!share.track) banner.hidden = true;
  });
  document.addEventListener('screen:toggle', async () => {
    if (share.track) share.stop();
    else if ((await share.start()) === 'private') tell('screen-private');
  });
  return share;
}
