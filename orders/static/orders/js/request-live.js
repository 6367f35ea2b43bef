// Keeps the part of a page that says how a request stands in step with the server.
/** @import { Stand } from './request-stand.js' */
import { clock } from '../../core/js/clock.js';
import { renewFragments } from '../../core/js/fragments.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { fill } from './parts.js';
import { language } from './readable.js';
import { isOpen, minutesLeft, sameStand } from './request-stand.js';

const TICK = 10_000;

/**
 * @param {HTMLElement} root
 * @param {(now: Stand, before: Stand | null) => void} onChange after what the page shows was renewed
 */
export function followStand(root, onChange) {
  const socket = new SocketClient(socketUrl(root.dataset.socket ?? ''), { clock, onNetworkChange });
  /** @type {Stand | null} */
  let stand = null;
  let stale = false;

  const renew = async () => {
    await renewFragments('data-fragment', { evenFocused: true });
    stale = document.hidden;
    showTimeLeft(root);
  };
  const heard = async (/** @type {Stand} */ now) => {
    if (sameStand(stand, now)) return;
    const before = stand;
    stand = now;
    for (const part of root.querySelectorAll('[data-while-open]')) {
      if (part instanceof HTMLElement) part.hidden = !isOpen(now);
    }
    await renew();
    onChange(now, before);
  };
  for (const type of ['callback.snapshot', 'callback.changed']) {
    socket.on(type, ({ callback }) => heard(callback));
  }
  document.addEventListener('visibilitychange', () => stale && renew());
  setInterval(() => showTimeLeft(root), TICK);
  showTimeLeft(root);
  socket.connect();
}

/** @param {HTMLElement} root */
function showTimeLeft(root) {
  for (const place of root.querySelectorAll('[data-until]')) {
    const until = place.getAttribute('data-until') ?? '';
    const left = minutesLeft(until, Date.now());
    const time = new Date(until).toLocaleTimeString(language(), {
      hour: '2-digit',
      minute: '2-digit',
    });
    const rule = new Intl.PluralRules(language()).select(left) === 'one' ? 'one' : 'other';
    fill(place, left > 0 ? word(`request.left_${rule}`, { time, count: left }) : '');
  }
}
