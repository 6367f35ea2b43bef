/**
 * Keeps parts of a page fresh without a socket: every part marked `data-live-fragment` (with an
 * id) is fetched anew now and then and replaced when it differs. Nothing is replaced while the
 * page is hidden or while the focus is inside the part.
 */

import { renewFragments } from './fragments.js';

const PAUSE_MS = 15_000;
const refresh = () => renewFragments('data-live-fragment');

setInterval(refresh, PAUSE_MS);
document.addEventListener('visibilitychange', refresh);
