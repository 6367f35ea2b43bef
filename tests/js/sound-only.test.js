import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SoundOnly } from '../../calls/static/calls/js/sound-only.js';

const POOR = { level: 'poor', side: 'ours' };
const GOOD = { level: 'good', side: null };

function look(advice, verdict, seconds, sends = true) {
  for (let second = 0; second < seconds; second += 1) advice.look(verdict, sends);
  return advice.offer;
}

test('eight poor seconds of the own link bring the offer, seven do not', () => {
  const advice = new SoundOnly();
  assert.equal(look(advice, POOR, 7), 'none');
  assert.equal(look(advice, POOR, 1), 'offered');
});

test('one better second in between counts anew', () => {
  const advice = new SoundOnly();
  look(advice, POOR, 7);
  look(advice, GOOD, 1);
  assert.equal(look(advice, POOR, 7), 'none');
});

test('a weak link at the other side, or no own picture, is no reason', () => {
  assert.equal(look(new SoundOnly(), { level: 'poor', side: 'theirs' }, 20), 'none');
  assert.equal(look(new SoundOnly(), POOR, 20, false), 'none');
});

test('an offer nobody took goes when the link is better', () => {
  const advice = new SoundOnly();
  look(advice, POOR, 8);
  assert.equal(look(advice, GOOD, 4), 'offered');
  assert.equal(look(advice, GOOD, 1), 'none');
});

test('taken, it stays as the way back; refused, it does not come again', () => {
  const advice = new SoundOnly();
  look(advice, POOR, 8);
  advice.take();
  assert.equal(look(advice, GOOD, 20, false), 'taken');
  advice.back();
  assert.equal(advice.offer, 'none');
  look(advice, POOR, 8);
  advice.refuse();
  assert.equal(look(advice, POOR, 20), 'none');
});

test('the wish of the other side is shown as long as both hold', () => {
  const advice = new SoundOnly();
  advice.asked(true, true);
  assert.equal(advice.offer, 'asked');
  advice.asked(true, false);
  assert.equal(advice.offer, 'none');
  advice.asked(true, true);
  advice.asked(false, true);
  assert.equal(advice.offer, 'none');
});
