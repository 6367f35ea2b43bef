import assert from 'node:assert/strict';
import test from 'node:test';
import {
  becameReady,
  isOpen,
  minutesLeft,
  sameStand,
} from '../../orders/static/orders/js/request-stand.js';

const stand = (state, member = '', until = '2026-01-01T10:30:00Z') => ({
  state,
  ready: member ? { member, until } : null,
  close_reason: '',
});

test('it rings for a promise that was not there before', () => {
  assert.equal(becameReady(stand('waiting'), stand('ready', 'Mei')), true);
  assert.equal(becameReady(stand('ready', 'Mei'), stand('ready', 'Tomás')), true);
});

test('it does not ring on a page opened while somebody is ready, nor for a longer promise', () => {
  assert.equal(becameReady(null, stand('ready', 'Mei')), false);
  assert.equal(becameReady(stand('ready', 'Mei'), stand('ready', 'Mei', 'later')), false);
  assert.equal(becameReady(stand('ready', 'Mei'), stand('waiting')), false);
});

test('only what looks different is shown anew', () => {
  assert.equal(sameStand(null, stand('waiting')), false);
  assert.equal(sameStand(stand('waiting'), stand('waiting')), true);
  assert.equal(sameStand(stand('ready', 'Mei'), stand('ready', 'Mei', 'later')), false);
  assert.equal(sameStand(stand('ready', 'Mei'), stand('ready', 'Tomás')), false);
});

test('a request is open while it waits or somebody is ready', () => {
  const states = ['waiting', 'ready', 'called', 'closed', 'expired'];
  assert.deepEqual(
    states.map((state) => isOpen(stand(state))),
    [true, true, false, false, false],
  );
});

test('minutes left are rounded up and never below none', () => {
  const at = (text) => Date.parse(text);
  const until = '2026-01-01T10:30:00Z';
  assert.equal(minutesLeft(until, at('2026-01-01T10:00:00Z')), 30);
  assert.equal(minutesLeft(until, at('2026-01-01T10:29:01Z')), 1);
  assert.equal(minutesLeft(until, at('2026-01-01T10:30:01Z')), 0);
  assert.equal(minutesLeft('', at('2026-01-01T10:00:00Z')), 0);
});
