import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { CallProgress } from '../../calls/static/calls/js/call-progress.js';

/** The socket as this part sees it. */
class Signals extends EventTarget {
  sent = [];
  #listeners = new Map();

  on(type, run) {
    this.#listeners.set(type, run);
  }

  async request(type) {
    this.sent.push(type);
  }

  say(frame) {
    this.#listeners.get(frame.type)(frame);
  }
}

/** The media path as this part drives it. */
class Link extends EventTarget {
  done = [];
  learn = ({ generation }) => this.done.push(`learn ${generation}`);
  start = () => this.done.push('start');
  startAnew = () => this.done.push('start anew');
  close = () => this.done.push('close');
  moveOn = (generation) => this.done.push(`move on ${generation}`);

  become(state) {
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }
}

let socket;
let link;

beforeEach(() => {
  socket = new Signals();
  link = new Link();
});

function progressOf(role, seenBefore = false) {
  let seen = seenBefore;
  const remember = { get: () => seen, set: () => (seen = true) };
  return new CallProgress({ role, socket, link, seen: remember });
}

const snapshot = (state) => ({ type: 'call.snapshot', state, generation: 1, peer_present: false });

test('a ringing call starts media when somebody answers', () => {
  const call = progressOf('customer');
  socket.say(snapshot('ringing'));
  assert.equal(call.phase, 'ringing');
  assert.deepEqual(link.done, ['learn 1']);
  socket.say({ type: 'call.accepted', member_name: 'Mei' });
  assert.equal(call.phase, 'connecting');
  assert.equal(call.memberName, 'Mei');
  assert.deepEqual(link.done, ['learn 1', 'start']);
});

test('the server hears once that media flow', () => {
  const call = progressOf('customer');
  socket.say(snapshot('ringing'));
  socket.say({ type: 'call.accepted', member_name: 'Mei' });
  link.become('connected');
  link.become('disconnected');
  assert.equal(call.phase, 'reconnecting');
  link.become('connected');
  assert.equal(call.phase, 'live');
  assert.deepEqual(socket.sent, ['call.connected']);
});

test('the member answering starts at once, after a reload anew', () => {
  progressOf('merchant');
  socket.say(snapshot('accepted'));
  assert.deepEqual(link.done, ['learn 1', 'start']);
  link.done = [];
  progressOf('merchant', true);
  socket.say(snapshot('accepted'));
  assert.deepEqual(link.done, ['learn 1', 'start anew']);
});

test('a snapshot after a gap does not start media twice', () => {
  progressOf('customer');
  socket.say(snapshot('live'));
  socket.say(snapshot('live'));
  assert.deepEqual(link.done, ['learn 1', 'start anew', 'learn 1']);
});

test('every ending closes the media path and says how it was', () => {
  for (const [type, state] of [
    ['call.declined', 'declined'],
    ['call.missed', 'missed'],
    ['call.cancelled', 'cancelled'],
    ['call.ended', 'failed'],
  ]) {
    const call = progressOf('customer');
    socket.say(snapshot('ringing'));
    socket.say({ type, state, reason: 'r', by: 'merchant' });
    assert.equal(call.phase, 'ended');
    assert.deepEqual([call.state, call.endReason, call.endedBy], [state, 'r', 'merchant']);
    assert.equal(link.done.at(-1), 'close');
  }
});

test('an answer that arrives after the end changes nothing', () => {
  const call = progressOf('customer');
  socket.say(snapshot('ringing'));
  socket.say({ type: 'call.cancelled', state: 'cancelled', reason: '', by: 'customer' });
  socket.say({ type: 'call.accepted', member_name: 'Mei' });
  assert.equal(call.phase, 'ended');
  assert.ok(!link.done.includes('start'));
});

test('a second tab takes over and this one lets go', () => {
  const call = progressOf('customer');
  socket.say(snapshot('live'));
  socket.dispatchEvent(new CustomEvent('stopped', { detail: { code: 4409 } }));
  assert.equal(call.phase, 'elsewhere');
  assert.equal(link.done.at(-1), 'close');
});

test('what the other side has switched on is kept', () => {
  const call = progressOf('merchant');
  let changes = 0;
  call.addEventListener('change', () => (changes += 1));
  socket.say({ type: 'media.changed', generation: 1, microphone: false, camera: true });
  assert.deepEqual(call.peerMedia, {
    ...{ microphone: false, camera: true },
    ...{ screen: false, trouble: '' },
  });
  assert.equal(changes, 1);
  const more = { screen: true, trouble: 'camera_blocked' };
  socket.say({ type: 'media.changed', microphone: false, camera: false, ...more });
  assert.deepEqual(call.peerMedia, { microphone: false, camera: false, ...more });
});

test('a colleague who takes over brings a connection of their own', () => {
  const call = progressOf('customer');
  socket.say({ ...snapshot('live'), member_name: 'Mei' });
  link.become('connected');
  socket.say({ type: 'transfer.offered', to: 'Tomás' });
  assert.equal(call.handingTo, 'Tomás');
  socket.say({ type: 'call.transferred', member_name: 'Tomás', generation: 2 });
  assert.deepEqual([call.handedFrom, call.memberName, call.handingTo], ['Mei', 'Tomás', '']);
  assert.equal(call.phase, 'connecting');
  assert.equal(link.done.at(-1), 'move on 2');
});

test('an offer that came to nothing is forgotten', () => {
  const call = progressOf('customer');
  socket.say({ ...snapshot('live'), member_name: 'Mei' });
  socket.say({ type: 'transfer.offered', to: 'Tomás' });
  socket.say({ type: 'transfer.closed', state: 'declined', to: 'Tomás' });
  assert.equal(call.handingTo, '');
  assert.equal(call.memberName, 'Mei');
});

test('the member who handed the call over knows who has it', () => {
  const call = progressOf('merchant');
  socket.say(snapshot('live'));
  socket.say({ type: 'call.transferred', member_name: 'Tomás', generation: 2 });
  socket.dispatchEvent(new CustomEvent('stopped', { detail: { code: 4409 } }));
  assert.deepEqual([call.phase, call.handedTo], ['elsewhere', 'Tomás']);
});
