import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueWords } from '../../calls/static/calls/js/queue-words.js';

const told = (position, seconds, language = 'en') =>
  queueWords({ position, estimate_seconds: seconds }, language);

test('the place is put in order as the language does', () => {
  const keys = [1, 2, 3, 4, 11, 21, 22, 23].map((place) => told(place, null)[0].key);
  const other = 'place-other';
  assert.deepEqual(keys, [
    ...['place-next', 'place-two', 'place-few', other, other],
    ...['place-one', 'place-two', 'place-few'],
  ]);
  assert.deepEqual(told(2, null)[0].values, { place: 2 });
  assert.equal(told(2, null, 'zh-hans')[0].key, other);
});

test('an estimate is rounded up to minutes, never to none', () => {
  assert.equal(told(1, 5)[1].key, 'wait-minute');
  assert.equal(told(1, 60)[1].key, 'wait-minute');
  assert.deepEqual(told(1, 301)[1], { key: 'wait-minutes', values: { minutes: 6 } });
});

test('without an estimate it says so', () => {
  assert.equal(told(3, null)[1].key, 'wait-unknown');
  assert.equal(told(3, undefined)[1].key, 'wait-unknown');
});
