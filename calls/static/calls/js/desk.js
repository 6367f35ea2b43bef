/**
 * Entry of the desk: reachable or not, ringing, answering.
 */

import { clock } from '../../core/js/clock.js';
import { need } from '../../core/js/dom.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { DeskView } from './desk-view.js';
import { Ringer } from './ringer.js';
import { WaitingCalls } from './waiting-calls.js';

const root = need('#desk', HTMLElement);
const toggle = need('#reachable', HTMLInputElement);
const KEY = `visavis:desk:${root.dataset.handle}`;
const socket = new SocketClient(socketUrl(root.dataset.socket ?? ''), { clock, onNetworkChange });
const calls = new WaitingCalls(() => Date.now());
const ringer = new Ringer();
const view = new DeskView({ answer, decline });
let registered = false;

/** The switch survives a reload of this tab, as long as the tab lives. */
const wanted = {
  get: () => sessionStorage.getItem(KEY) !== null,
  set: (/** @type {boolean} */ on) => {
    if (on) sessionStorage.setItem(KEY, deviceName());
    else sessionStorage.removeItem(KEY);
  },
};

/** What colleagues see: browser and system, with a mark that tells two tabs apart. */
function deviceName() {
  const known = sessionStorage.getItem(KEY);
  if (known) return known;
  const agent = navigator.userAgent;
  const browser = agent.match(/Firefox|Edg|Chrome|Safari/)?.[0].replace('Edg', 'Edge') ?? 'Browser';
  const system = agent.match(/Android|iPhone|iPad|Windows|Mac OS|Linux/)?.[0] ?? '';
  const mark = crypto.getRandomValues(new Uint16Array(1))[0]?.toString(36) ?? '';
  return [browser, system, mark].filter(Boolean).join(' · ');
}

function showReachable() {
  if (!wanted.get()) view.showReachable(false, 'offline');
  else if (!socket.isOpen) view.showReachable(true, 'cut');
  else view.showReachable(true, registered ? 'reachable' : 'joining');
}

async function register() {
  if (!wanted.get()) return;
  try {
    const reply = await socket.request('desk.go_online', { device: deviceName() });
    registered = true;
    view.showMode(reply.mode, reply.mode_reason ?? '');
  } catch (error) {
    registered = false;
    if (socket.isOpen) {
      wanted.set(false);
      view.toast(error instanceof Error ? error.message : '');
    }
  }
  showReachable();
}

async function goOnline() {
  wanted.set(true);
  showReachable();
  view.showSoundLocked(!(await ringer.unlock()));
  await Promise.all([register(), ringer.askForNotifications()]);
}

async function goOffline() {
  wanted.set(false);
  registered = false;
  showReachable();
  await socket.request('desk.go_offline').catch(() => {});
}

/** @param {string} code */
async function answer(code) {
  view.showAnswering(true);
  ringer.stop();
  try {
    const { url } = await socket.request('call.accept', { call: code });
    location.assign(url + location.search);
  } catch (error) {
    refused(code, error);
  }
}

/** @param {string} code */
async function decline(code) {
  try {
    await socket.request('call.decline', { call: code, reason: 'declined' });
  } catch (error) {
    refused(code, error);
  }
}

/**
 * @param {string} code
 * @param {unknown} error
 */
function refused(code, error) {
  const reason = String(Reflect.get(Object(error), 'code'));
  view.showAnswering(false);
  view.toast(error instanceof Error ? error.message : reason);
  if (reason === 'call_taken' || reason === 'call_over' || reason === 'not_found')
    calls.remove(code);
  changed();
}

function changed() {
  const [first] = calls.list;
  if (first) {
    const name = first.customer_name || word('guest');
    ringer.start({ title: word('ring-title', { name }), body: word('ring-body') });
    view.showSoundLocked(!ringer.canSound);
  } else {
    ringer.stop();
  }
  view.showCalls(calls);
}

/** @param {import('../../core/js/socket-client.js').Frame} frame */
function over(frame) {
  const outcome = frame.type.replace('call.', '');
  const call = calls.remove(String(frame.call));
  if (call) view.addToday(call, outcome);
  if (call && outcome === 'accepted') view.toast(word('answered-by', { name: frame.member ?? '' }));
  changed();
}

socket.on('desk.snapshot', (frame) => {
  registered = Boolean(frame.endpoint);
  view.showMode(frame.mode, frame.mode_reason ?? '');
  calls.learn(frame.calls);
  changed();
  showReachable();
  if (!registered) register();
});
socket.on('call.rang', (frame) => {
  calls.rang(frame.call);
  changed();
});
for (const type of ['accepted', 'declined', 'missed', 'cancelled', 'ended']) {
  socket.on(`call.${type}`, over);
}
for (const event of ['open', 'down']) socket.addEventListener(event, showReachable);
socket.addEventListener('down', () => {
  registered = false;
  showReachable();
});
socket.addEventListener('stopped', () => {
  need('#desk-stopped', HTMLElement).hidden = false;
  ringer.stop();
});
toggle.addEventListener('change', () => (toggle.checked ? goOnline() : goOffline()));
need('#test-ring', HTMLButtonElement).addEventListener('click', async () => {
  view.showSoundLocked(!(await ringer.test()));
});
for (const event of ['pointerdown', 'keydown']) {
  document.addEventListener(event, async () => {
    await ringer.soundNow();
    if (wanted.get() && (await ringer.unlock())) view.showSoundLocked(false);
  });
}
setInterval(() => view.tick(calls), 1000);
// Until here a tap would have been lost, so the switch comes disabled.
toggle.disabled = false;
showReachable();
if (wanted.get()) ringer.unlock().then((heard) => view.showSoundLocked(!heard));
if ('testHooks' in document.documentElement.dataset) {
  Reflect.set(window, '__visavis', {
    socket,
    ringer,
    get state() {
      return document.body.dataset.desk;
    },
  });
}
socket.connect();
