/**
 * Entry of the device check: own picture, microphone level, speaker tone, choice of devices,
 * then the call. Nothing is asked for before the tap; everything works with less.
 */

import { post } from '../../core/js/api.js';
import { clock } from '../../core/js/clock.js';
import { need } from '../../core/js/dom.js';
import { hasWord, word } from '../../core/js/words.js';
import { fillSelect } from './device-select.js';
import { keepMediaChoice, mediaChoice, testSize } from './media-choice.js';
import { LocalMedia } from './media-devices.js';
import { watchLevel } from './sound-level.js';
import { Tones } from './tones.js';

const root = need('#device-check', HTMLElement);
const picture = need('#check-picture', HTMLVideoElement);
const meter = need('#check-level', HTMLMeterElement);
const notice = need('#check-notice', HTMLElement);
const callButton = need('#call-now', HTMLButtonElement);
const status = need('#check-status', HTMLElement);
const choice = mediaChoice();
const media = new LocalMedia({
  devices: navigator.mediaDevices,
  permissions: navigator.permissions,
  clock,
  wishes: { microphone: choice.microphone, camera: choice.camera, size: testSize() },
});
const tones = new Tones();
let stopLevel = () => {};

/** @typedef {import('./media-problems.js').Problem} Problem */

/** @param {string} step `intro` before asking, `asking`, `ready` */
function show(step) {
  root.dataset.step = step;
  for (const element of root.querySelectorAll('[data-in]')) {
    const steps = element.getAttribute('data-in')?.split(' ') ?? [];
    if (element instanceof HTMLElement) element.hidden = !steps.includes(step);
  }
}

/** @param {Problem | null} problem */
function explain(problem) {
  notice.hidden = problem === null;
  if (!problem) return;
  const what = problem.kinds.length === 2 ? 'both' : (problem.kinds[0] ?? 'both');
  const exact = `media-${problem.code}-${what}`;
  need('p', HTMLElement, notice).textContent = word(
    hasWord(exact) ? exact : `media-${problem.code}`,
  );
}

/** What will be sent, in words: a picture and sound, sound only, or nothing. */
function summarise() {
  const sound = media.track('audio') !== null;
  const seen = media.track('video') !== null;
  status.textContent = word(`check-${sound ? 'sound' : 'silent'}-${seen ? 'picture' : 'faceless'}`);
}

async function ask() {
  media.cameraOn = true;
  show('asking');
  const problem = await media.open();
  explain(problem);
  show('ready');
  keepMediaChoice({
    cameraOff: media.track('video') === null,
    microphoneOff: false,
    without: false,
  });
  summarise();
  await fillChoices();
  // the own picture stays in sight
  callButton.focus({ preventScroll: true });
}

async function withoutDevices() {
  media.release();
  keepMediaChoice({ cameraOff: true, microphoneOff: true, without: true });
  explain(null);
  show('ready');
  summarise();
  callButton.focus({ preventScroll: true });
}

async function fillChoices() {
  const devices = await media.list();
  fillSelect(
    '#choose-microphone',
    devices.audioinput,
    media.track('audio')?.getSettings().deviceId,
  );
  fillSelect('#choose-camera', devices.videoinput, media.track('video')?.getSettings().deviceId);
  const canChoose = 'setSinkId' in HTMLMediaElement.prototype;
  fillSelect('#choose-speaker', canChoose ? devices.audiooutput : [], mediaChoice().speaker);
}

/**
 * @param {'audio' | 'video'} kind
 * @param {'microphone' | 'camera'} name
 */
function chooses(kind, name) {
  need(`#choose-${name}`, HTMLSelectElement).addEventListener('change', async (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
    const problem = await media.switchTo(kind, { [name]: value });
    explain(problem);
    if (!problem) keepMediaChoice({ [name]: value });
    await fillChoices();
  });
}

async function testSpeaker() {
  if (await tones.unlock(mediaChoice().speaker)) tones.once('test');
  need('#speaker-heard', HTMLElement).hidden = false;
}

/** Name the merchant's published address; when they have moved, once more with the new one. */
async function requestCall() {
  const { merchant, address, page } = root.dataset;
  const name = need('#caller-name', HTMLInputElement).value;
  try {
    return await post('/api/v1/calls/', { merchant, address, page, name });
  } catch (error) {
    const moved = Reflect.get(Object(error), 'code') === 'address_stale';
    const now = moved ? Reflect.get(Object(error), 'data')?.address : undefined;
    if (!now || now === address) throw error;
    root.dataset.address = now;
    return await post('/api/v1/calls/', { merchant, address: now, page, name });
  }
}

async function call() {
  callButton.setAttribute('aria-busy', 'true');
  need('#call-refused', HTMLElement).hidden = true;
  try {
    const { url } = await requestCall();
    location.assign(url + location.search);
  } catch (error) {
    callButton.removeAttribute('aria-busy');
    refuse(
      String(Reflect.get(Object(error), 'code')),
      String(Reflect.get(Object(error), 'message')),
    );
  }
}

/**
 * @param {string} code
 * @param {string} message the server's own words, for a code the page does not know
 */
function refuse(code, message) {
  const box = need('#call-refused', HTMLElement);
  const known = hasWord(`refused-${code}`);
  need('p', HTMLElement, box).textContent = known ? word(`refused-${code}`) : message;
  box.hidden = false;
}

media.addEventListener('slow', () => {
  notice.hidden = false;
  need('p', HTMLElement, notice).textContent = word('media-slow');
});
media.addEventListener('lost', async () => explain(await media.open()));
media.addEventListener('change', (event) => {
  const { kind, track } = /** @type {CustomEvent} */ (event).detail;
  if (kind === 'video') {
    picture.srcObject = track ? new MediaStream([track]) : null;
    picture.hidden = !track;
    need('#check-faceless', HTMLElement).hidden = Boolean(track);
    return;
  }
  stopLevel();
  meter.value = 0;
  need('#check-level-row', HTMLElement).hidden = !track;
  stopLevel = track ? watchLevel(track, (level) => (meter.value = level)) : () => {};
});
navigator.mediaDevices?.addEventListener?.('devicechange', fillChoices);
for (const button of root.querySelectorAll('[data-ask]')) button.addEventListener('click', ask);
need('#without-devices', HTMLButtonElement).addEventListener('click', withoutDevices);
need('#test-speaker', HTMLButtonElement).addEventListener('click', testSpeaker);
need('#choose-speaker', HTMLSelectElement).addEventListener('change', (event) => {
  keepMediaChoice({ speaker: /** @type {HTMLSelectElement} */ (event.currentTarget).value });
});
callButton.addEventListener('click', call);
chooses('audio', 'microphone');
chooses('video', 'camera');
window.addEventListener('pagehide', () => media.release());
window.addEventListener('pageshow', (event) => {
  callButton.removeAttribute('aria-busy');
  if (event.persisted && root.dataset.step === 'ready' && !mediaChoice().cameraOff) ask();
});
// Until here a tap would have been lost, so the first buttons come disabled.
for (const button of root.querySelectorAll('button')) button.disabled = false;
show('intro');
