import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTick, timeLeft } from '../../orders/static/orders/js/time-left.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test('the two largest units are said, the smaller one only where it says something', () => {
  const cases = /** @type {[number, string][]} */ ([
    [6 * DAY + 23 * HOUR + 59 * MINUTE, '6 days 23 hours'],
    [DAY, '1 day'],
    [DAY + 59 * MINUTE, '1 day'],
    [2 * HOUR + 5 * MINUTE, '2 hours 5 minutes'],
    [12 * MINUTE + 30 * SECOND, '12 minutes'],
    [9 * SECOND, '9 seconds'],
    [999, ''],
    [0, ''],
    [-DAY, ''],
    [Number.NaN, ''],
  ]);
  for (const [ms, words] of cases) assert.equal(timeLeft(ms, 'en'), words);
});

test('it is said in the language of the page', () => {
  assert.equal(timeLeft(2 * DAY + HOUR, 'zh-hans'), '2天 1小时');
});

test('the words are looked at again when they change, not before', () => {
  assert.equal(nextTick(90 * SECOND), 30 * SECOND + 1);
  assert.equal(nextTick(59 * SECOND), SECOND);
});
