import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PeerLink } from '../../calls/static/calls/js/peer-link.js';
import { ManualClock, settle } from './support/clock.js';
import { TestPeerConnection } from './support/peer-connection.js';

const ICE = { servers: [{ urls: 'turn:first' }], policy: 'relay' };

/** The socket as the link sees it; the test plays the server. */
class Signals {
  sent = [];
  replies = {};
  #listeners = new Map();

  on(type, run) {
    this.#listeners.set(type, run);
    return () => {};
  }

  async request(type, data = {}) {
    this.sent.push({ type, ...data });
    const reply = this.replies[type];
    if (reply instanceof Error) throw reply;
    return { type: 'ok', ...reply };
  }

  say(frame) {
    this.#listeners.get(frame.type)?.(frame);
  }

  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

let clock;
let socket;
let made;

beforeEach(() => {
  clock = new ManualClock();
  socket = new Signals();
  made = [];
});

function linkOf(role) {
  return new PeerLink({
    role,
    socket,
    clock,
    track: () => null,
    connect: (config) => {
      made.push(new TestPeerConnection(config));
      return made.at(-1);
    },
  });
}

const snapshot = (changes = {}) => ({ generation: 1, ice: ICE, peer_present: false, ...changes });

test('the caller offers when the other side joins, under the generation in force', async () => {
  const link = linkOf('customer');
  link.learn(snapshot());
  link.start();
  await settle();
  assert.deepEqual(socket.of('signal.describe'), []);
  socket.say({ type: 'peer.joined' });
  await settle();
  const [offer] = socket.of('signal.describe');
  assert.equal(offer.generation, 1);
  assert.equal(offer.description.type, 'offer');
  assert.deepEqual(made[0].config, { iceServers: ICE.servers, iceTransportPolicy: 'relay' });
});

test('the caller offers at once when the other side is there already', async () => {
  const link = linkOf('customer');
  link.learn(snapshot({ peer_present: true }));
  link.start();
  await settle();
  assert.equal(socket.of('signal.describe').length, 1);
});

test('the callee waits for the offer', async () => {
  const link = linkOf('merchant');
  link.learn(snapshot({ peer_present: true }));
  link.start();
  await settle();
  assert.deepEqual(socket.of('signal.describe'), []);
  socket.say({ type: 'signal.described', generation: 1, description: { type: 'offer', sdp: '' } });
  await settle();
  await settle();
  assert.equal(socket.of('signal.describe')[0].description.type, 'answer');
});

test('signals of an older generation are dropped', async () => {
  const link = linkOf('merchant');
  link.learn(snapshot({ generation: 3 }));
  link.start();
  socket.say({ type: 'signal.described', generation: 2, description: { type: 'offer', sdp: '' } });
  socket.say({ type: 'signal.trickled', generation: 2, candidate: { candidate: 'old' } });
  await settle();
  assert.equal(made[0].remoteDescription, null);
  assert.equal(made.length, 1);
});

test('a restart closes the old connection and the caller offers anew', async () => {
  const link = linkOf('customer');
  link.learn(snapshot({ peer_present: true }));
  link.start();
  await settle();
  socket.say({ type: 'signal.restarted', generation: 2 });
  await settle();
  assert.ok(made[0].closed);
  assert.equal(made.length, 2);
  assert.equal(link.connection, made[1]);
  assert.deepEqual(
    socket.of('signal.describe').map(({ generation }) => generation),
    [1, 2],
  );
});

test('a restart heard twice rebuilds once', () => {
  const link = linkOf('customer');
  link.learn(snapshot());
  link.start();
  socket.say({ type: 'signal.restarted', generation: 2 });
  socket.say({ type: 'signal.restarted', generation: 2 });
  assert.equal(made.length, 2);
});

test('a signal of a newer generation stands for the restart that was missed', async () => {
  const link = linkOf('merchant');
  link.learn(snapshot());
  link.start();
  socket.say({ type: 'signal.described', generation: 2, description: { type: 'offer', sdp: '' } });
  await settle();
  assert.equal(link.generation, 2);
  assert.equal(made[1].remoteDescription?.type, 'offer');
});

test('a snapshot after a gap keeps the connection, unless the generation has risen', () => {
  const link = linkOf('merchant');
  link.learn(snapshot());
  link.start();
  link.learn(snapshot());
  assert.equal(made.length, 1);
  link.learn(snapshot({ generation: 4 }));
  assert.equal(made.length, 2);
  assert.equal(link.generation, 4);
});

test('a stuck connection asks for a new generation', async () => {
  const link = linkOf('merchant');
  socket.replies['signal.restart'] = { generation: 2 };
  link.learn(snapshot());
  link.start();
  socket.say({ type: 'signal.described', generation: 1, description: { type: 'offer', sdp: '' } });
  await clock.pass(6001);
  assert.deepEqual(socket.of('signal.restart'), [{ type: 'signal.restart', generation: 1 }]);
  assert.equal(link.generation, 2);
});

test('a new page asks for a new generation before it builds anything', async () => {
  const link = linkOf('customer');
  socket.replies['signal.restart'] = { generation: 6 };
  link.learn(snapshot({ generation: 5, peer_present: true }));
  await link.startAnew();
  await settle();
  assert.equal(made.length, 1);
  assert.equal(socket.of('signal.describe')[0].generation, 6);
});

test('a new page whose wish is refused goes on with the generation in force', async () => {
  const link = linkOf('customer');
  socket.replies['signal.restart'] = new Error('offline');
  link.learn(snapshot({ generation: 5 }));
  await link.startAnew();
  assert.equal(made.length, 1);
  assert.equal(link.generation, 5);
});

test('a lost path is sought with credentials fetched for it', async () => {
  const link = linkOf('customer');
  socket.replies['ice.refresh'] = { servers: [{ urls: 'turn:fresh' }], policy: 'relay' };
  link.learn(snapshot());
  link.start();
  made[0].become('failed');
  await settle();
  assert.deepEqual(made[0].config.iceServers, [{ urls: 'turn:fresh' }]);
  assert.equal(made[0].restarts, 1);
});

test('after the end nothing is built any more', async () => {
  const link = linkOf('merchant');
  link.learn(snapshot());
  link.start();
  link.close();
  socket.say({ type: 'signal.restarted', generation: 2 });
  socket.say({ type: 'signal.described', generation: 3, description: { type: 'offer', sdp: '' } });
  await settle();
  assert.equal(made.length, 1);
  assert.equal(link.connection, null);
});

test('a connection built late in a call has a login that still holds', async () => {
  const link = linkOf('customer');
  const fresh = { servers: [{ urls: 'turn:fresh' }], policy: 'relay', life: 600 };
  socket.replies['ice.refresh'] = fresh;
  link.learn(snapshot({ ice: { ...ICE, life: 600 } }));
  link.start();
  await clock.pass(900_000);
  socket.say({ type: 'signal.restarted', generation: 2 });
  assert.deepEqual(made[1].config.iceServers, fresh.servers);
});

test('a colleague at the other side gets a connection of their own, once they are there', async () => {
  const link = linkOf('customer');
  link.learn(snapshot());
  link.start();
  link.moveOn(2);
  await settle();
  assert.deepEqual([made[0].closed, made.length, link.generation], [true, 2, 2]);
  assert.equal(made[1].places.length, 0);
  socket.say({ type: 'peer.joined' });
  await settle();
  assert.equal(made[1].places.length, 2);
});
