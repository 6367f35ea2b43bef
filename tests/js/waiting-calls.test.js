import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingCalls } from '../../calls/static/calls/js/waiting-calls.js';

let now = 100000;
const call = (code, waiting, state = 'ringing') => ({ code, state, waiting_seconds: waiting });
const codes = (calls) => calls.list.map(({ code }) => code);

test('who waits longest comes first', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('B', 1));
  calls.add(call('A', 9));
  assert.deepEqual(codes(calls), ['A', 'B']);
});

test('waiting is counted on this device, from what the server said', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('A', 4));
  now += 3000;
  assert.equal(calls.secondsOf(calls.list[0]), 7);
});

test('a snapshot replaces what was known and keeps the count', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('A', 0));
  calls.add(call('B', 0));
  now += 5000;
  calls.learn([call('A', 4), call('C', 1), call('D', 60, 'live')]);
  assert.deepEqual(codes(calls), ['A', 'C']);
  assert.equal(calls.secondsOf(calls.list[0]), 5);
});

test('a call that waits no longer is handed back once', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('A', 0));
  assert.equal(calls.remove('A').code, 'A');
  assert.equal(calls.remove('A'), undefined);
  assert.deepEqual(codes(calls), []);
});

test('the queue is told from what rings, in the order of waiting', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('A', 30, 'queued'));
  calls.add(call('B', 60, 'queued'));
  calls.add(call('C', 5));
  assert.deepEqual(
    calls.queued.map(({ code }) => code),
    ['B', 'A'],
  );
  assert.deepEqual(
    calls.ringing.map(({ code }) => code),
    ['C'],
  );
});

test('who is called out of the queue goes on counting from when they came', () => {
  const calls = new WaitingCalls(() => now);
  calls.add(call('A', 10, 'queued'));
  now += 20000;
  calls.add(call('A', 1));
  assert.equal(calls.secondsOf(calls.ringing[0]), 30);
  assert.deepEqual(calls.queued, []);
});
