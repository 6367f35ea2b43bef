import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownReading } from '../../merchants/static/merchants/js/own-reading.js';

const BERLIN = 'Europe/Berlin';

/** @param {string} iso @param {string} own @param {string} [language] */
const read = (iso, own, language = 'en') => ownReading(iso, BERLIN, { language, own });

test('the same clock needs no second reading', () => {
  assert.equal(read('2026-11-23T08:00:00+00:00', BERLIN), null);
  assert.equal(read('2026-11-23T08:00:00+00:00', 'Europe/Paris'), null);
});

test('another clock on the same day is read as a time', () => {
  assert.equal(read('2026-11-23T08:00:00+00:00', 'Asia/Shanghai'), '16:00');
  assert.equal(read('2026-11-23T08:00:00+00:00', 'Asia/Kathmandu'), '13:45');
});

test('midnight is 00:00 and another day is named', () => {
  assert.equal(read('2026-11-23T16:00:00+00:00', 'Asia/Shanghai'), 'Tue 00:00');
  assert.equal(read('2026-11-23T07:00:00+00:00', 'America/Los_Angeles', 'zh-hans'), '周日 23:00');
});

test('clocks that agree in winter may differ for some weeks of summer time', () => {
  assert.equal(read('2026-03-16T08:00:00+00:00', 'America/New_York'), '04:00');
  assert.equal(read('2026-04-06T08:00:00+00:00', 'Africa/Lagos'), '09:00');
  assert.equal(read('2026-11-23T08:00:00+00:00', 'Africa/Lagos'), null);
});

test('a zone nobody knows is an error for the caller to swallow', () => {
  assert.throws(() => ownReading('2026-11-23T08:00:00+00:00', 'Nowhere/Land', {}), RangeError);
});
