import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScreenShare } from '../../calls/static/calls/js/screen-share.js';
import { TestTrack } from './support/devices.js';

function shareOf(getDisplayMedia) {
  const share = new ScreenShare({ devices: { getDisplayMedia } });
  const reasons = [];
  share.addEventListener('change', ({ detail }) => reasons.push(detail.reason));
  return { share, reasons };
}

const shows = (track) => async () => ({ getVideoTracks: () => [track] });

test('a browser that cannot is not offered it', () => {
  assert.equal(new ScreenShare({ devices: {} }).isPossible, false);
  assert.equal(new ScreenShare({ devices: undefined }).isPossible, false);
});

test('the screen goes out until the person stops it; its capture ends as well', async () => {
  const track = new TestTrack('video');
  const { share, reasons } = shareOf(shows(track));
  assert.equal(await share.start(), 'began');
  assert.equal(share.track, track);
  share.stop();
  assert.deepEqual([share.track, track.readyState], [null, 'ended']);
  assert.deepEqual(reasons, ['began', 'stopped']);
});

test('the browser may end it from its own bar', async () => {
  const track = new TestTrack('video');
  const { share, reasons } = shareOf(shows(track));
  await share.start();
  track.end();
  assert.equal(share.track, null);
  assert.deepEqual(reasons, ['began', 'browser']);
});

test('thinking better of it changes nothing', async () => {
  const { share, reasons } = shareOf(async () => {
    throw new Error('NotAllowedError');
  });
  assert.equal(await share.start(), 'refused');
  assert.deepEqual(reasons, []);
});

test('the payment takes the screen away and keeps it away until it is closed', async () => {
  const track = new TestTrack('video');
  const { share, reasons } = shareOf(shows(track));
  await share.start();
  share.keepPrivate(true);
  assert.deepEqual([share.track, track.readyState], [null, 'ended']);
  assert.equal(await share.start(), 'private');
  assert.deepEqual(reasons, ['began', 'payment']);
  share.keepPrivate(false);
  assert.equal(await share.start(), 'began');
});

test('a screen chosen while the payment opened is never shown', async () => {
  const track = new TestTrack('video');
  let choose;
  const { share, reasons } = shareOf(() => new Promise((done) => (choose = done)));
  const started = share.start();
  share.keepPrivate(true);
  choose({ getVideoTracks: () => [track] });
  assert.equal(await started, 'private');
  assert.equal(track.readyState, 'ended');
  assert.deepEqual(reasons, []);
});
