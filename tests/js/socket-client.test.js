import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { SocketClient, SocketError } from '../../marketplace/core/static/core/js/socket-client.js';
import { ManualClock, settle } from './support/clock.js';
import { TestWebSocket } from './support/web-socket.js';

let clock;
let networkChanged;
let socket;

beforeEach(() => {
  TestWebSocket.all = [];
  clock = new ManualClock();
  socket = new SocketClient('ws://x/', {
    clock,
    random: () => 1,
    WebSocket: TestWebSocket,
    onNetworkChange: (run) => {
      networkChanged = run;
      return () => {
        networkChanged = () => {};
      };
    },
  });
  socket.connect();
});

/** The time until the client tries again. */
async function nextAttempt() {
  const [before, from] = [TestWebSocket.all.length, clock.time];
  while (TestWebSocket.all.length === before) await clock.pass(1);
  return clock.time - from;
}

const sentTypes = () => TestWebSocket.last.sent.map(({ type }) => type);

test('a reply resolves the request with the same id', async () => {
  TestWebSocket.last.open();
  const first = socket.request('a', { x: 1 });
  const second = socket.request('b');
  const [one, two] = TestWebSocket.last.sent;
  assert.deepEqual(one, { type: 'a', x: 1, id: one.id });
  TestWebSocket.last.say({ type: 'ok', id: two.id, value: 2 });
  TestWebSocket.last.say({ type: 'ok', id: one.id, value: 1 });
  assert.equal((await first).value, 1);
  assert.equal((await second).value, 2);
});

test('an error reply rejects with its code, message and data', async () => {
  TestWebSocket.last.open();
  const asked = socket.request('a');
  const { id } = TestWebSocket.last.sent[0];
  TestWebSocket.last.say({ type: 'error', id, code: 'too_late', message: 'Late', data: { at: 5 } });
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof SocketError);
    assert.deepEqual([error.code, error.message, error.data.at], ['too_late', 'Late', 5]);
    return true;
  });
});

test('a request without a reply times out', async () => {
  TestWebSocket.last.open();
  const asked = socket.request('a');
  const failed = assert.rejects(asked, { code: 'timed_out' });
  TestWebSocket.last.say({ type: 'heartbeat' });
  await clock.pass(6000);
  TestWebSocket.last.say({ type: 'heartbeat' });
  await clock.pass(2001);
  await failed;
});

test('a request without a socket fails at once, unless it shall survive', async () => {
  await assert.rejects(socket.request('a'), { code: 'offline' });
  const kept = socket.request('b', {}, { survive: true });
  assert.deepEqual(TestWebSocket.last.sent, []);
  TestWebSocket.last.open();
  assert.deepEqual(sentTypes(), ['b']);
  TestWebSocket.last.say({ type: 'ok', id: TestWebSocket.last.sent[0].id });
  await kept;
});

test('after a gap only unanswered survivors are sent again, once, in order', async () => {
  TestWebSocket.last.open();
  const answered = socket.request('one', {}, { survive: true });
  TestWebSocket.last.say({ type: 'ok', id: TestWebSocket.last.sent[0].id });
  await answered;
  socket.request('two', {}, { survive: true });
  const plain = assert.rejects(socket.request('three'), { code: 'connection_lost' });
  TestWebSocket.last.end(1006);
  socket.addEventListener('open', () => socket.request('five', {}, { survive: true }));
  socket.request('four', {}, { survive: true });
  await plain;
  await clock.pass(250);
  TestWebSocket.last.open();
  assert.deepEqual(sentTypes(), ['two', 'four', 'five']);
});

test('the heartbeat is answered and passed on', () => {
  let revision = 0;
  socket.on('heartbeat', (frame) => {
    revision = frame.revision;
  });
  TestWebSocket.last.open();
  TestWebSocket.last.say({ type: 'heartbeat', revision: 7 });
  assert.deepEqual(TestWebSocket.last.sent, [{ type: 'alive' }]);
  assert.equal(revision, 7);
});

test('broadcasts reach listeners of their type until they stop listening', () => {
  const seen = [];
  const stop = socket.on('call.rang', (frame) => seen.push(frame.call));
  TestWebSocket.last.open();
  TestWebSocket.last.say({ type: 'call.rang', call: 'A' });
  TestWebSocket.last.say({ type: 'call.ended', call: 'A' });
  stop();
  TestWebSocket.last.say({ type: 'call.rang', call: 'B' });
  assert.deepEqual(seen, ['A']);
});

test('a silent socket is asked, then left without waiting for its close', async () => {
  TestWebSocket.last.open();
  await clock.pass(7000);
  assert.deepEqual(sentTypes(), ['ping']);
  await clock.pass(4000);
  assert.equal(TestWebSocket.all[0].readyState, 2);
  assert.equal(TestWebSocket.all[0].onclose, null);
  await clock.pass(250);
  assert.equal(TestWebSocket.all.length, 2);
});

test('a pong keeps a quiet socket', async () => {
  TestWebSocket.last.open();
  await clock.pass(7000);
  TestWebSocket.last.say({ type: 'pong', id: 0 });
  await clock.pass(6000);
  assert.equal(TestWebSocket.all.length, 1);
  assert.ok(socket.isOpen);
});

test('after a network change a dead path is left within a second and a half', async () => {
  TestWebSocket.last.open();
  networkChanged();
  assert.deepEqual(sentTypes(), ['ping']);
  await clock.pass(1499);
  assert.equal(TestWebSocket.all.length, 1);
  await clock.pass(1 + 250);
  assert.equal(TestWebSocket.all.length, 2);
});

test('a network change ends a long wait between attempts', async () => {
  for (let round = 0; round < 8; round += 1) {
    TestWebSocket.last.end(1006);
    await clock.pass(10000);
  }
  TestWebSocket.last.end(1006);
  const before = TestWebSocket.all.length;
  await clock.pass(10);
  assert.equal(TestWebSocket.all.length, before);
  networkChanged();
  assert.equal(TestWebSocket.all.length, before + 1);
});

test('the wait doubles up to ten seconds and is drawn from all of it', async () => {
  const waits = [];
  for (const share of [1, 1, 1, 1, 1, 1, 1, 0.5]) {
    socket.random = () => share;
    TestWebSocket.last.end(1006);
    waits.push(await nextAttempt());
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 10000, 5000]);
});

test('an attempt that hangs is given up', async () => {
  await clock.pass(8000 + 250);
  assert.equal(TestWebSocket.all.length, 2);
  assert.equal(TestWebSocket.all[0].onopen, null);
});

for (const code of [4401, 4403, 4404, 4409]) {
  test(`close code ${code} stops for good`, async () => {
    let stopped = 0;
    socket.addEventListener('stopped', (event) => {
      stopped = event.detail.code;
    });
    const waiting = assert.rejects(socket.request('a', {}, { survive: true }), { code: 'closed' });
    TestWebSocket.last.open();
    TestWebSocket.last.end(code);
    await waiting;
    await clock.pass(60000);
    assert.equal(stopped, code);
    assert.equal(TestWebSocket.all.length, 1);
    await assert.rejects(socket.request('b', {}, { survive: true }), { code: 'closed' });
  });
}

for (const code of [1001, 1006, 1011, 1012, 4408, 4430]) {
  test(`close code ${code} leads to another attempt at once`, async () => {
    TestWebSocket.last.open();
    TestWebSocket.last.end(code);
    await clock.pass(250);
    assert.equal(TestWebSocket.all.length, 2);
  });
}

test('being too fast makes the next attempt wait two seconds', async () => {
  TestWebSocket.last.open();
  TestWebSocket.last.end(4429);
  await clock.pass(2000);
  assert.equal(TestWebSocket.all.length, 1);
  await clock.pass(250);
  assert.equal(TestWebSocket.all.length, 2);
});

test('a server that accepts and closes again and again is not hammered', async () => {
  const waits = [];
  for (let round = 0; round < 6; round += 1) {
    TestWebSocket.last.open();
    TestWebSocket.last.end(1012);
    waits.push(await nextAttempt());
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000]);
});

test('the first frame of a new socket makes the next wait short again', async () => {
  TestWebSocket.last.end(1006);
  await nextAttempt();
  TestWebSocket.last.end(1006);
  await nextAttempt();
  TestWebSocket.last.open();
  TestWebSocket.last.say({ type: 'heartbeat' });
  TestWebSocket.last.end(1006);
  assert.equal(await nextAttempt(), 250);
});

test('closing by the page ends everything', async () => {
  TestWebSocket.last.open();
  const waiting = assert.rejects(socket.request('a'), { code: 'closed' });
  socket.close();
  await waiting;
  await clock.pass(60000);
  await settle();
  assert.equal(TestWebSocket.all.length, 1);
  assert.equal(TestWebSocket.all[0].closedWith, 1000);
});
