import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PeerNegotiation } from '../../calls/static/calls/js/peer-negotiation.js';
import { ManualClock, settle } from './support/clock.js';
import { TestPeerConnection } from './support/peer-connection.js';

const OFFER = { type: 'offer', sdp: 'theirs' };
const ANSWER = { type: 'answer', sdp: 'theirs' };

let clock;

beforeEach(() => {
  clock = new ManualClock();
});

/** One end, with all it said and all it reported. */
function end(caller, tracks = {}) {
  const connection = new TestPeerConnection();
  const sent = [];
  const events = [];
  const negotiation = new PeerNegotiation({
    connection,
    caller,
    polite: caller,
    clock,
    track: (kind) => tracks[kind] ?? null,
    send: (type, data) => sent.push({ type, ...data }),
    config: () => ({ iceServers: [{ urls: 'turn:newest' }] }),
    refresh: async () => ({ iceServers: [{ urls: 'turn:fresh' }] }),
  });
  for (const type of ['track', 'state', 'stuck', 'fault']) {
    negotiation.addEventListener(type, () => events.push(type));
  }
  const described = () => sent.filter(({ type }) => type === 'signal.describe');
  return { connection, negotiation, sent, events, described, tracks };
}

/** Two ends whose signals reach each other. */
async function pair() {
  const customer = end(true, { audio: { kind: 'audio' }, video: { kind: 'video' } });
  const merchant = end(false, { audio: { kind: 'audio' } });
  const pass = async (from, to) => {
    for (const { type, description } of from.sent.splice(0)) {
      if (type === 'signal.describe') await to.negotiation.described(description);
    }
  };
  const exchange = async () => {
    for (let round = 0; round < 6; round += 1) {
      await settle();
      await pass(customer, merchant);
      await pass(merchant, customer);
    }
  };
  return { customer, merchant, exchange };
}

test('only the caller offers first', async () => {
  const { customer, merchant, exchange } = await pair();
  merchant.negotiation.begin();
  merchant.connection.onnegotiationneeded();
  await settle();
  assert.deepEqual(merchant.sent, []);
  customer.negotiation.begin();
  customer.negotiation.begin();
  await exchange();
  assert.equal(customer.connection.signalingState, 'stable');
  assert.equal(merchant.connection.signalingState, 'stable');
  assert.equal(customer.connection.places.length, 2);
});

test('the callee attaches its tracks after the offer and before its answer', async () => {
  const { customer, merchant, exchange } = await pair();
  assert.equal(merchant.connection.places.length, 0);
  customer.negotiation.begin();
  await exchange();
  const [sound, picture] = merchant.connection.places;
  assert.equal(sound.sender.track, merchant.tracks.audio);
  assert.equal(picture.sender.track, null);
  assert.deepEqual([sound.direction, picture.direction], ['sendrecv', 'sendrecv']);
});

test('a caller without devices still offers places for both', async () => {
  const caller = end(true);
  caller.negotiation.begin();
  await settle();
  assert.equal(caller.described()[0].description.type, 'offer');
  assert.deepEqual(
    caller.connection.places.map(({ direction }) => direction),
    ['sendrecv', 'sendrecv'],
  );
});

test('a camera switched on later goes into its place without a new offer', async () => {
  const { customer, merchant, exchange } = await pair();
  customer.negotiation.begin();
  await exchange();
  const camera = { kind: 'video' };
  await merchant.negotiation.replace('video', camera);
  await exchange();
  assert.equal(merchant.connection.places[1].sender.track, camera);
  assert.deepEqual(merchant.described(), []);
});

test('candidates that come before the description wait for it', async () => {
  const callee = end(false);
  await callee.negotiation.trickled({ candidate: 'early' });
  await callee.negotiation.trickled(null);
  assert.deepEqual(callee.connection.candidates, []);
  await callee.negotiation.described(OFFER);
  await callee.negotiation.trickled({ candidate: 'late' });
  assert.deepEqual(callee.connection.candidates, [
    { candidate: 'early' },
    undefined,
    { candidate: 'late' },
  ]);
});

test('a candidate nobody can use is reported and the call goes on', async () => {
  const callee = end(false);
  await callee.negotiation.described(OFFER);
  await callee.negotiation.trickled({ candidate: 'bad' });
  assert.deepEqual(callee.events, ['fault']);
});

test('colliding offers: the polite side gives way, the impolite one carries on', async () => {
  const { customer, merchant, exchange } = await pair();
  customer.negotiation.begin();
  await exchange();
  await Promise.all([customer.negotiation.restart(), merchant.negotiation.restart()]);
  await exchange();
  assert.equal(customer.connection.signalingState, 'stable');
  assert.equal(merchant.connection.signalingState, 'stable');
  assert.ok(!customer.events.includes('stuck'));
  assert.ok(!merchant.events.includes('stuck'));
});

test('the impolite side drops a colliding offer and the candidates that came with it', async () => {
  const merchant = end(false);
  await merchant.negotiation.described(OFFER);
  await merchant.negotiation.restart();
  await settle();
  assert.equal(merchant.connection.signalingState, 'have-local-offer');
  const answers = merchant.described().length;
  await merchant.negotiation.described({ type: 'offer', sdp: 'colliding' });
  await merchant.negotiation.trickled({ candidate: 'bad' });
  assert.equal(merchant.described().length, answers);
  assert.deepEqual(merchant.events, []);
});

test('a repeated answer is ignored', async () => {
  const caller = end(true);
  caller.negotiation.begin();
  await settle();
  await caller.negotiation.described(ANSWER);
  await caller.negotiation.described(ANSWER);
  assert.deepEqual(caller.events, []);
});

test('a path lost for three seconds is sought anew with fresh credentials', async () => {
  const caller = end(true);
  caller.connection.become('connected');
  caller.connection.become('disconnected');
  await clock.pass(2999);
  assert.equal(caller.connection.restarts, 0);
  await clock.pass(1);
  assert.equal(caller.connection.restarts, 1);
  assert.deepEqual(caller.connection.config.iceServers, [{ urls: 'turn:fresh' }]);
});

test('a path that comes back by itself is left alone', async () => {
  const caller = end(true);
  caller.connection.become('connected');
  caller.connection.become('disconnected');
  await clock.pass(2000);
  caller.connection.become('connected');
  await clock.pass(60000);
  assert.equal(caller.connection.restarts, 0);
  assert.ok(!caller.events.includes('stuck'));
});

test('a failed path is sought anew at once', async () => {
  const caller = end(true);
  caller.connection.become('failed');
  await settle();
  assert.equal(caller.connection.restarts, 1);
});

test('an open offer is repeated when signalling is back', async () => {
  const caller = end(true);
  caller.negotiation.begin();
  await settle();
  await caller.negotiation.signallingBack();
  assert.equal(caller.described().length, 2);
  assert.deepEqual(caller.described()[0], caller.described()[1]);
});

test('after a gap media that do not flow are restarted, media that flow are not', async () => {
  for (const flows of [true, false]) {
    const caller = end(true);
    caller.connection.become('connected');
    const look = caller.negotiation.signallingBack();
    await settle();
    if (flows) caller.connection.bytes = 500;
    await clock.pass(1000);
    await look;
    await settle();
    assert.equal(caller.connection.restarts, flows ? 0 : 1);
  }
});

test('what is not connected six seconds after the answer is stuck, then with more patience', async () => {
  const caller = end(true);
  caller.negotiation.begin();
  await settle();
  await clock.pass(10000);
  assert.deepEqual(caller.events, []);
  await caller.negotiation.described(ANSWER);
  await clock.pass(5999);
  assert.deepEqual(caller.events, []);
  await clock.pass(1);
  assert.deepEqual(caller.events, ['stuck']);
  await clock.pass(11999);
  assert.equal(caller.events.length, 1);
  await clock.pass(1);
  assert.equal(caller.events.length, 2);
});

test('a lost path that is not found again within six seconds of seeking is stuck', async () => {
  for (const [lost, wait] of Object.entries({ failed: 6000, disconnected: 9000 })) {
    const caller = end(true);
    caller.connection.become('connected');
    caller.connection.become(lost);
    await clock.pass(wait - 1);
    assert.ok(!caller.events.includes('stuck'));
    await clock.pass(1);
    assert.ok(caller.events.includes('stuck'));
  }
});

test('once connected nothing is stuck', async () => {
  const callee = end(false);
  await callee.negotiation.described(OFFER);
  callee.connection.become('connected');
  await clock.pass(60000);
  assert.deepEqual(callee.events, ['state']);
});

test('a description the browser refuses makes the connection stuck', async () => {
  const callee = end(false);
  callee.connection.setRemoteDescription = async () => {
    throw new Error('InvalidAccessError');
  };
  await callee.negotiation.described(OFFER);
  assert.deepEqual(callee.events, ['stuck']);
});

test('a closed negotiation is silent', async () => {
  const caller = end(true);
  caller.negotiation.begin();
  caller.negotiation.close();
  await settle();
  await caller.negotiation.described(ANSWER);
  await caller.negotiation.restart();
  await clock.pass(60000);
  assert.ok(caller.connection.closed);
  assert.deepEqual(caller.sent, []);
  assert.deepEqual(caller.events, []);
});

test('an offer is answered with the newest login: the other side may be seeking a path', async () => {
  const { customer, merchant, exchange } = await pair();
  customer.negotiation.begin();
  await exchange();
  merchant.connection.config = { iceServers: [{ urls: 'turn:old' }] };
  customer.connection.restartIce();
  await exchange();
  assert.deepEqual(merchant.connection.config.iceServers, [{ urls: 'turn:newest' }]);
});
