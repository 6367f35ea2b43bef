import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QualityMeter, sampleOf } from '../../calls/static/calls/js/quality.js';

const PAIR = { local: 'host', remote: 'relay' };

/** Seconds of a call; each second adds frames and packets and may differ from a good one. */
function seconds(count, change = () => ({})) {
  const samples = [];
  let [frames, received, lost, freezes] = [0, 0, 0, 0];
  for (let second = 0; second < count; second += 1) {
    const step = { frames: 20, received: 100, lost: 0, freezes: 0, ...change(second) };
    frames += step.frames;
    received += step.received;
    lost += step.lost;
    freezes += step.freezes;
    const defaults = { trip: 0.05, jitter: 0.005, farLoss: 0, limit: 'none', pair: PAIR, rate: 20 };
    const bytes = received * 1000;
    const sample = { at: second * 1000, frames, received, lost, freezes, bytes };
    samples.push({ ...defaults, ...step, ...sample });
  }
  return samples;
}

function verdictOf(samples, picture = true) {
  const meter = new QualityMeter();
  return samples.map((sample) => meter.add(sample, picture)).at(-1);
}

test('a steady call is good once there are enough samples', () => {
  assert.deepEqual(verdictOf(seconds(2)), { level: 'none', side: null });
  assert.deepEqual(verdictOf(seconds(6)), { level: 'good', side: null });
});

test('without a path there is no verdict', () => {
  assert.equal(verdictOf(seconds(6, () => ({ pair: null }))).level, 'none');
});

test('loss over the last seconds decides, and whose side it is', () => {
  assert.deepEqual(verdictOf(seconds(6, () => ({ received: 95, lost: 5 }))), {
    level: 'fair',
    side: 'theirs',
  });
  assert.deepEqual(verdictOf(seconds(6, () => ({ received: 88, lost: 12 }))), {
    level: 'poor',
    side: 'theirs',
  });
  assert.deepEqual(verdictOf(seconds(6, () => ({ farLoss: 0.12 }))), {
    level: 'poor',
    side: 'ours',
  });
});

test('one bad second among good ones does not make a call poor', () => {
  const once = seconds(6, (second) => (second === 4 ? { received: 90, lost: 10 } : {}));
  assert.equal(verdictOf(once).level, 'good');
});

test('a long way is fair, a very long one poor, and nobody is to blame', () => {
  assert.deepEqual(verdictOf(seconds(6, () => ({ trip: 0.4 }))), { level: 'fair', side: null });
  assert.deepEqual(verdictOf(seconds(6, () => ({ trip: 0.7 }))), { level: 'poor', side: null });
});

test('few frames are poor although none of the packets is lost', () => {
  assert.deepEqual(verdictOf(seconds(6, () => ({ rate: 3 }))), { level: 'poor', side: 'theirs' });
  assert.deepEqual(verdictOf(seconds(6, () => ({ rate: 6 }))), { level: 'fair', side: 'theirs' });
  const once = seconds(6, (second) => ({ rate: second === 5 ? 2 : 20 }));
  assert.equal(verdictOf(once).level, 'good');
});

test('few frames of a screen are how a screen is', () => {
  assert.equal(
    verdictOf(
      seconds(6, () => ({ rate: 1 })),
      false,
    ).level,
    'good',
  );
});

test('what leaves here badly is ours, even while more comes badly as well', () => {
  const both = seconds(6, () => ({ farLoss: 0.1, received: 88, lost: 12 }));
  assert.deepEqual(verdictOf(both), { level: 'poor', side: 'ours' });
  const worse = seconds(6, () => ({ farLoss: 0.05, received: 88, lost: 12 }));
  assert.deepEqual(verdictOf(worse), { level: 'poor', side: 'theirs' });
});

test('uneven arrival, freezes and a narrow link are fair', () => {
  assert.equal(verdictOf(seconds(6, () => ({ jitter: 0.08 }))).level, 'fair');
  assert.equal(verdictOf(seconds(6, (s) => ({ freezes: s === 4 ? 1 : 0 }))).level, 'fair');
  assert.deepEqual(verdictOf(seconds(6, () => ({ limit: 'bandwidth' }))), {
    level: 'fair',
    side: 'ours',
  });
});

test('no new frame for two seconds is poor, although nothing is lost', () => {
  const frozen = seconds(8, (second) => ({ frames: second > 5 ? 0 : 20 }));
  assert.equal(verdictOf(frozen.slice(0, 7)).level, 'good');
  assert.equal(verdictOf(frozen).level, 'poor');
});

test('no frames are expected while the other camera is off', () => {
  assert.equal(
    verdictOf(
      seconds(8, () => ({ frames: 0 })),
      false,
    ).level,
    'good',
  );
});

test('a new connection counts from zero', () => {
  const meter = new QualityMeter();
  for (const sample of seconds(6)) meter.add(sample, true);
  assert.equal(meter.add(seconds(1)[0], true).level, 'none');
});

test('a report is read into one sample', () => {
  const report = new Map([
    [
      'v',
      {
        type: 'inbound-rtp',
        kind: 'video',
        bytesReceived: 900,
        packetsLost: 2,
        packetsReceived: 98,
        framesDecoded: 40,
        freezeCount: 1,
        framesPerSecond: 14,
        jitter: 0.02,
      },
    ],
    [
      'a',
      { type: 'inbound-rtp', kind: 'audio', bytesReceived: 100, packetsReceived: 50, jitter: 0.03 },
    ],
    ['o', { type: 'outbound-rtp', kind: 'video', qualityLimitationReason: 'cpu' }],
    ['r', { type: 'remote-inbound-rtp', fractionLost: 0.1 }],
    ['t', { type: 'transport', selectedCandidatePairId: 'p' }],
    [
      'p',
      {
        type: 'candidate-pair',
        currentRoundTripTime: 0.2,
        localCandidateId: 'l',
        remoteCandidateId: 'm',
      },
    ],
    ['l', { type: 'local-candidate', candidateType: 'host' }],
    ['m', { type: 'remote-candidate', candidateType: 'relay' }],
  ]);
  assert.deepEqual(sampleOf(report, 5), {
    at: 5,
    frames: 40,
    bytes: 1000,
    lost: 2,
    received: 148,
    freezes: 1,
    rate: 14,
    trip: 0.2,
    jitter: 0.03,
    farLoss: 0.1,
    limit: 'cpu',
    pair: PAIR,
  });
});
