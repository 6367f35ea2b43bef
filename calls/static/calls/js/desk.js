/**
 * Entry of the desk: reachable or not, ringing, answering, taking over.
 */

import { clock } from '../../core/js/clock.js';
import { need } from '../../core/js/dom.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { word } from '../../core/js/words.js';
import { nameOf } from './call-card.js';
import { DeskDevice } from './desk-device.js';
import { keepDeskFresh } from './desk-fresh.js';
import { DeskPresence } from './desk-presence.js';
import { DeskView } from './desk-view.js';
import { IncomingView } from './incoming-view.js';
import { RingCheck } from './ring-check.js';
import { Ringer } from './ringer.js';
import { TransferOffers, wordsOf } from './transfer-offers.js';
import { WaitingCalls } from './waiting-calls.js';
import { WaitingView } from './waiting-view.js';

/** @typedef {import('../../core/js/socket-client.js').Frame} Frame */

const root = need('#desk', HTMLElement);
const device = new DeskDevice({
  handle: root.dataset.handle ?? '',
  kept: localStorage,
  tab: sessionStorage,
  agent: navigator.userAgent,
});
const socket = new SocketClient(socketUrl(root.dataset.socket ?? ''), { clock, onNetworkChange });
const calls = new WaitingCalls(() => Date.now());
const ringer = new Ringer();
const view = new DeskView();
const incoming = new IncomingView({ answer, decline });
const waiting = new WaitingView({ answer, decline });
const check = new RingCheck({ ringer, device, locked: (locked) => view.showSoundLocked(locked) });
const transfers = new TransferOffers({
  accept: ({ code }) => takeOver('transfer.accept', { transfer: code }),
  decline: ({ code }) => ask('transfer.decline', { transfer: code }),
  gone: (words) => view.toast(words),
});
const freshen = keepDeskFresh({
  ready: (callback) => ask('callback.ready', { callback }),
  renewed: () => view.markThisDevice(),
});
const presence = new DeskPresence({ socket, device, view, ringer, check, freshen });

/** @param {string} code a call that rings, or one of the queue; taking one needs a desk online */
async function answer(code) {
  incoming.showAnswering(true);
  ringer.stop();
  await presence.ensure();
  await takeOver('call.accept', { call: code });
}

/** @param {string} code */
async function decline(code, reason = 'declined') {
  await ask('call.decline', { call: code, reason });
}

/**
 * Answer a call or take one over; the server says which page it goes on at.
 * @param {string} type
 * @param {Record<string, string>} what
 */
async function takeOver(type, what) {
  transfers.showAccepting(true);
  const reply = await ask(type, what);
  if (reply) location.assign(reply.url + location.search);
}

/**
 * Ask the server; a refusal is said, and a call that is gone leaves the screen.
 * @param {string} type
 * @param {Record<string, string>} data
 * @returns {Promise<Frame | null>}
 */
async function ask(type, data) {
  try {
    return await socket.request(type, data);
  } catch (error) {
    const reason = String(Reflect.get(Object(error), 'code'));
    incoming.showAnswering(false);
    transfers.showAccepting(false);
    if (socket.isOpen) view.toast(error instanceof Error ? error.message : reason);
    if (['call_taken', 'call_over', 'not_found'].includes(reason)) calls.remove(data.call ?? '');
    if (data.transfer && reason !== 'timed_out') transfers.closed(data.transfer, reason);
    changed();
    return null;
  }
}

function ring() {
  const [call] = calls.ringing;
  const offer = transfers.current;
  if (call)
    ringer.start({ title: word('ring-title', { name: nameOf(call) }), body: word('ring-body') });
  else if (offer) ringer.start({ title: word('transfer-title', wordsOf(offer)), body: offer.note });
  else if (ringer.isRinging) ringer.stop();
  if (!call && !offer) return;
  check.hide();
  view.showSoundLocked(!ringer.canSound);
}

function changed() {
  const [first, ...others] = calls.ringing;
  ring();
  incoming.show(first, others.length + calls.queued.length);
  waiting.show(others, calls.queued);
  view.tick(calls);
}

/** @param {Frame} frame */
function over(frame) {
  const call = calls.remove(String(frame.call));
  const answered = frame.type === 'call.accepted';
  if (call && answered) view.toast(word('answered-by', { name: frame.member ?? '' }));
  changed();
  if (call && frame.type === 'call.missed') {
    ringer.missed(word('missed-title', { name: nameOf(call) }));
  }
  freshen();
}

socket.on('desk.snapshot', (frame) => {
  calls.learn(frame.calls);
  transfers.learn(frame.transfers ?? []);
  changed();
});
for (const type of ['rang', 'queued']) {
  socket.on(`call.${type}`, (frame) => {
    calls.add(frame.call);
    changed();
  });
}
for (const type of ['accepted', 'declined', 'missed', 'cancelled', 'ended']) {
  socket.on(`call.${type}`, over);
}
socket.on('transfer.offered', (frame) => {
  transfers.offered(frame.transfer);
  changed();
});
socket.on('transfer.closed', (frame) => {
  transfers.closed(frame.transfer, frame.state);
  changed();
  freshen();
});
for (const type of ['callback.left', 'callback.changed', 'endpoints.changed']) {
  socket.on(type, freshen);
}
socket.addEventListener('stopped', () => {
  need('#desk-stopped', HTMLElement).hidden = false;
  ringer.stop();
});
for (const event of ['pointerdown', 'keydown']) {
  document.addEventListener(event, async () => {
    await ringer.soundNow();
    if (device.wanted && (await ringer.unlock())) view.showSoundLocked(false);
  });
}
setInterval(() => {
  view.tick(calls);
  transfers.tick();
}, 1000);
if ('testHooks' in document.documentElement.dataset) {
  Reflect.set(window, '__visavis', {
    socket,
    ringer,
    get state() {
      return document.body.dataset.desk;
    },
  });
}
presence.begin();
socket.connect();
