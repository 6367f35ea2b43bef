/**
 * How many callers wait while a member is in a call. Listens at the desk's socket without going
 * online, so nothing rings here.
 */

import { clock } from '../../core/js/clock.js';
import { maybe, need } from '../../core/js/dom.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { WaitingCalls } from './waiting-calls.js';

/** Nothing may stand before the picture: the call's own socket comes first. */
const LATER = 2000;

/** Where the page has the place for it; nothing happens without. */
export function watchWaiting() {
  const chip = maybe('#waiting-count', HTMLElement);
  if (!chip) return;
  const socket = new SocketClient(socketUrl(chip.dataset.socket ?? ''), { clock, onNetworkChange });
  const calls = new WaitingCalls(() => Date.now());
  const show = () => {
    const number = calls.list.length;
    chip.hidden = number === 0;
    need('[data-number]', HTMLElement, chip).textContent = word('waiting-count', { number });
  };
  socket.on('desk.snapshot', (frame) => {
    calls.learn(frame.calls);
    show();
  });
  for (const type of ['rang', 'queued']) {
    socket.on(`call.${type}`, (frame) => {
      calls.add(frame.call);
      show();
    });
  }
  for (const type of ['accepted', 'declined', 'missed', 'cancelled', 'ended']) {
    socket.on(`call.${type}`, (frame) => {
      calls.remove(String(frame.call));
      show();
    });
  }
  clock.after(LATER, () => socket.connect());
}
