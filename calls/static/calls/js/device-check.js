/**
 * Entry of the device check: own picture, microphone level, speaker tone, choice of devices,
 * then the call. Nothing is asked for before the tap; everything works with less.
 */

import { get, post } from '../../core/js/api.js';
import { clock } from '../../core/js/clock.js';
import { need } from '../../core/js/dom.js';
import { hasWord, word } from '../../core/js/words.js';
import { browserKind } from './browser-kind.js';
import { showRefusal } from './call-refusal.js';
import { refusalOf, requestCall } from './call-request.js';
import { fillSelect } from './device-select.js';
import { keepMediaChoice, mediaChoice, testSize } from './media-choice.js';
import { LocalMedia } from './media-devices.js';
import { problemKeys, wayOut } from './media-trouble.js';
import { onceAllowed } from './permission-watch.js';
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
const browser = browserKind(/** @type {any} */ (navigator));
let stopLevel = () => {};
/** @type {Problem | null} */
let trouble = null;

/** @typedef {import('./media-problems.js').Problem} Problem */

/** @param {string} step `intro` before asking, `asking`, `ready` */
function show(step) {
  root.dataset.step = step;
  for (const element of root.querySelectorAll('[data-in]')) {
    const steps = element.getAttribute('data-in')?.split(' ') ?? [];
    if (element instanceof HTMLElement) element.hidden = !steps.includes(step);
  }
}

/** @param {Problem | null} problem what happened, and the way out of it in this browser */
function explain(problem) {
  trouble = problem;
  notice.hidden = problem === null;
  if (!problem) return;
  const key = problemKeys(problem).find(hasWord) ?? '';
  const way = wayOut(problem, browser);
  need('.check__words', HTMLElement, notice).textContent = word(key);
  need('.check__way', HTMLElement, notice).textContent = way ? word(way) : '';
}

/** What will be sent, in words: a picture and sound, sound only, or nothing. */
function summarise() {
  const sound = media.track('audio') !== null;
  const seen = media.track('video') !== null;
  status.textContent = word(`check-${sound ? 'sound' : 'silent'}-${seen ? 'picture' : 'faceless'}`);
}

/** @param {boolean} camera whether a picture is wanted, or sound alone */
async function ask(camera = true) {
  media.cameraOn = camera;
  show('asking');
  const problem = await media.open();
  explain(problem);
  show('ready');
  keepMediaChoice({
    cameraOff: media.track('video') === null,
    microphoneOff: false,
    problem,
    without: media.track('video') === null && media.track('audio') === null,
  });
  summarise();
  await fillChoices();
  // the own picture stays in sight
  callButton.focus({ preventScroll: true });
}

/** What was missing or blocked may be there now. */
async function askAgain() {
  if (trouble && root.dataset.step === 'ready') await ask(media.cameraOn);
}

async function withoutDevices() {
  media.release();
  keepMediaChoice({ cameraOff: true, microphoneOff: true, problem: null, without: true });
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

async function call() {
  callButton.setAttribute('aria-busy', 'true');
  need('#call-refused', HTMLElement).hidden = true;
  try {
    const name = need('#caller-name', HTMLInputElement).value;
    const { url } = await requestCall(root.dataset, name, { post, get });
    location.assign(url + location.search);
  } catch (error) {
    callButton.removeAttribute('aria-busy');
    showRefusal(need('#call-refused', HTMLElement), refusalOf(error));
  }
}

media.addEventListener('slow', () => {
  notice.hidden = false;
  need('.check__words', HTMLElement, notice).textContent = word('media-slow');
  need('.check__way', HTMLElement, notice).textContent = '';
});
media.addEventListener('lost', async (event) => {
  explain(await media.recover(/** @type {CustomEvent} */ (event).detail.kind));
  summarise();
  await fillChoices();
});
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
navigator.mediaDevices?.addEventListener?.('devicechange', async () => {
  if (trouble?.code === 'missing') await askAgain();
  else await fillChoices();
});
onceAllowed(navigator.permissions, askAgain);
for (const button of root.querySelectorAll('[data-ask]')) {
  button.addEventListener('click', () => ask(button.getAttribute('data-ask') !== 'sound'));
}
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
if (choice.without) need('#last-time', HTMLElement).textContent = word('last-text');
else if (choice.cameraOff) need('#last-time', HTMLElement).textContent = word('last-sound');
show('intro');
