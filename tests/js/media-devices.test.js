import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { LocalMedia } from '../../calls/static/calls/js/media-devices.js';
import { ManualClock, settle } from './support/clock.js';
import { permissionsOf, TestDevices } from './support/devices.js';

let clock;

beforeEach(() => {
  clock = new ManualClock();
});

function mediaOf(devices, states = {}, wishes = {}) {
  const media = new LocalMedia({ devices, clock, permissions: permissionsOf(states), wishes });
  const events = [];
  for (const type of ['change', 'slow', 'lost']) {
    media.addEventListener(type, ({ detail }) => events.push([type, detail.kind]));
  }
  return { media, events };
}

const kindsAsked = (devices) =>
  devices.asked.map((asked) => ['audio', 'video'].filter((kind) => asked[kind]).join('+'));

test('both devices come from one question', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices);
  assert.equal(await media.open(), null);
  assert.deepEqual(kindsAsked(devices), ['audio+video']);
  assert.equal(media.track('audio').kind, 'audio');
  assert.equal(media.track('video').kind, 'video');
});

test('without a camera the call goes on with sound', async () => {
  const devices = new TestDevices(['audio']);
  const { media } = mediaOf(devices);
  assert.deepEqual(await media.open(), { code: 'missing', kinds: ['video'] });
  assert.deepEqual(kindsAsked(devices), ['audio+video', 'audio']);
  assert.equal(media.track('video'), null);
});

test('without a microphone the call goes on with a picture', async () => {
  const { media } = mediaOf(new TestDevices(['video']));
  assert.deepEqual(await media.open(), { code: 'missing', kinds: ['audio'] });
  assert.equal(media.track('video').kind, 'video');
});

test('with neither the call goes on watching', async () => {
  const { media } = mediaOf(new TestDevices([]));
  assert.deepEqual(await media.open(), { code: 'missing', kinds: ['audio', 'video'] });
});

test('a question that was closed is not asked again in another form', async () => {
  const devices = new TestDevices();
  devices.faults.all = 'NotAllowedError';
  const { media } = mediaOf(devices);
  assert.equal((await media.open()).code, 'dismissed');
  assert.equal(devices.asked.length, 1);
});

test('a refused camera leaves the microphone; nothing refused is asked for again', async () => {
  const devices = new TestDevices();
  devices.faults['audio+video'] = 'NotAllowedError';
  const { media } = mediaOf(devices, { camera: 'denied', microphone: 'granted' });
  assert.deepEqual(await media.open(), { code: 'denied', kinds: ['video'] });
  assert.deepEqual(kindsAsked(devices), ['audio+video', 'audio']);
});

test('a browser that does not tell its permissions is tried step by step', async () => {
  const devices = new TestDevices();
  devices.faults.all = 'NotAllowedError';
  const media = new LocalMedia({ devices, clock });
  assert.deepEqual(await media.open(), { code: 'denied', kinds: ['audio', 'video'] });
  assert.equal(devices.asked.length, 3);
});

for (const [name, code] of [
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
  ['NotFoundError', 'missing'],
  ['SecurityError', 'denied'],
  ['SomethingNewError', 'broken'],
]) {
  test(`${name} is explained as ${code}`, async () => {
    const devices = new TestDevices();
    devices.faults.all = name;
    const { media } = mediaOf(devices);
    assert.equal((await media.open()).code, code);
  });
}

test('a page without mediaDevices is explained as insecure', async () => {
  const { media } = mediaOf(undefined);
  assert.deepEqual(await media.open(), { code: 'insecure', kinds: ['audio', 'video'] });
});

test('a wish nobody can fulfil is dropped', async () => {
  const devices = new TestDevices();
  const { getUserMedia } = devices;
  devices.getUserMedia = function ask(constraints) {
    this.faults.all = constraints.video.deviceId ? 'OverconstrainedError' : undefined;
    return getUserMedia.call(this, constraints);
  };
  const { media } = mediaOf(devices, {}, { camera: 'gone' });
  assert.equal(await media.open(), null);
  assert.deepEqual(devices.asked[0].video.deviceId, { exact: 'gone' });
  assert.equal(devices.asked[1].video.deviceId, undefined);
});

test('a question nobody answers is pointed at after five seconds', async () => {
  const devices = new TestDevices();
  devices.settles = false;
  const { media, events } = mediaOf(devices);
  media.open();
  await clock.pass(4999);
  assert.deepEqual(events, []);
  assert.equal(media.isOpening, true, 'nobody can say yet that a device is missing');
  await clock.pass(1);
  assert.deepEqual(events, [['slow', undefined]]);
  assert.equal(media.isOpening, false);
});

test('devices that were had, or refused, are on their way no more', async () => {
  for (const fault of [undefined, 'NotAllowedError']) {
    const devices = new TestDevices();
    devices.faults.all = fault;
    const { media } = mediaOf(devices);
    const opening = media.open();
    assert.equal(media.isOpening, true);
    await opening;
    assert.equal(media.isOpening, false);
  }
});

test('mute keeps the microphone, silent', async () => {
  const { media } = mediaOf(new TestDevices());
  await media.open();
  media.setMicrophone(false);
  assert.equal(media.track('audio').enabled, false);
  assert.equal(media.track('audio').readyState, 'live');
});

test('camera off stops the track, so that the lamp goes out, and on asks again', async () => {
  const devices = new TestDevices();
  const { media, events } = mediaOf(devices);
  await media.open();
  const first = media.track('video');
  await media.setCamera(false);
  assert.equal(first.readyState, 'ended');
  assert.equal(media.track('video'), null);
  await media.setCamera(true);
  assert.notEqual(media.track('video'), first);
  assert.deepEqual(kindsAsked(devices), ['audio+video', 'video']);
  assert.deepEqual(events.at(-1), ['change', 'video']);
});

test('a call entered with the camera off asks for sound only', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices);
  media.cameraOn = false;
  media.microphoneOn = false;
  assert.equal(await media.open(), null);
  assert.deepEqual(kindsAsked(devices), ['audio']);
  assert.equal(media.track('audio').enabled, false);
});

test('flipping lets the first camera go before it asks for the other one', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices);
  await media.open();
  const first = media.track('video');
  await media.flip();
  assert.equal(first.readyState, 'ended');
  assert.deepEqual(devices.asked.at(-1).video.facingMode, { ideal: 'environment' });
  await media.flip();
  assert.deepEqual(devices.asked.at(-1).video.facingMode, { ideal: 'user' });
});

test('a device that cannot be chosen leaves the one before', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices, {}, { camera: 'old' });
  await media.open();
  const { getUserMedia } = devices;
  devices.getUserMedia = function ask(constraints) {
    const isNew = constraints.video.deviceId?.exact === 'new';
    this.faults.all = isNew ? 'NotReadableError' : undefined;
    return getUserMedia.call(this, constraints);
  };
  assert.equal((await media.switchTo('video', { camera: 'new' })).code, 'busy');
  assert.equal(media.wishes.camera, 'old');
  assert.equal(media.track('video').readyState, 'live');
});

test('a device that is pulled out is reported, one that was let go is not', async () => {
  const { media, events } = mediaOf(new TestDevices());
  await media.open();
  const [sound, picture] = [media.track('audio'), media.track('video')];
  sound.end();
  assert.equal(media.broken, true);
  media.release();
  picture.end();
  await settle();
  assert.deepEqual(
    events.filter(([type]) => type === 'lost'),
    [['lost', 'audio']],
  );
});

test('letting go stops everything', async () => {
  const { media } = mediaOf(new TestDevices());
  await media.open();
  const tracks = [media.track('audio'), media.track('video')];
  media.release();
  assert.deepEqual(
    tracks.map(({ readyState }) => readyState),
    ['ended', 'ended'],
  );
});

test('the list holds only devices the browser names', async () => {
  const { media } = mediaOf(new TestDevices());
  const { videoinput, audioinput } = await media.list();
  assert.deepEqual([videoinput.length, audioinput.length], [1, 0]);
});

test('a device that went away is replaced by any other of its kind, the rest stays', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices, {}, { microphone: 'usb' });
  await media.open();
  const picture = media.track('video');
  media.track('audio').end();
  assert.equal(await media.recover('audio'), null);
  assert.equal(devices.asked.at(-1).audio, true);
  assert.equal(media.track('audio').readyState, 'live');
  assert.equal(media.track('video'), picture);
});

test('the last camera pulled out leaves the call with sound, and says so', async () => {
  const devices = new TestDevices();
  const { media } = mediaOf(devices);
  await media.open();
  devices.present = ['audio'];
  media.track('video').end();
  assert.deepEqual(await media.recover('video'), { code: 'missing', kinds: ['video'] });
  assert.equal(media.track('video'), null);
});
