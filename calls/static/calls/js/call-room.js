/**
 * Entry of the call page, customer's and merchant's alike: makes the parts and joins them.
 */

import { clock } from '../../core/js/clock.js';
import { maybe, need } from '../../core/js/dom.js';
import { fault } from '../../core/js/log.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { CallControls } from './call-controls.js';
import { CallProgress } from './call-progress.js';
import { CallView } from './call-view.js';
import { mediaChoice, testSize } from './media-choice.js';
import { LocalMedia } from './media-devices.js';
import { PeerLink } from './peer-link.js';
import { statsOf, watchQuality } from './quality-watch.js';
import { keepFaceInSight } from './sheet-room.js';
import { Tones } from './tones.js';
import { keepAwake } from './wake-lock.js';

const room = need('#call-room', HTMLElement);
const role = room.dataset.role === 'merchant' ? 'merchant' : 'customer';
const code = room.dataset.call ?? '';
const choice = mediaChoice();

const socket = new SocketClient(socketUrl(room.dataset.socket ?? ''), { clock, onNetworkChange });
const media = new LocalMedia({
  devices: navigator.mediaDevices,
  permissions: navigator.permissions,
  clock,
  wishes: { microphone: choice.microphone, camera: choice.camera, size: testSize() },
});
media.microphoneOn = !choice.microphoneOff;
media.cameraOn = !choice.cameraOff;
const link = new PeerLink({
  role,
  socket,
  clock,
  track: (kind) => media.track(kind),
  connect: (config) => new RTCPeerConnection(config),
});
const call = new CallProgress({ role, socket, link, seen: seenInThisTab() });
const view = new CallView(role);
const controls = new CallControls({ media, view, tell: tellMedia, hangUp });
const tones = new Tones();
let phase = '';

function seenInThisTab() {
  const key = `visavis:call:${code}`;
  return {
    get: () => sessionStorage.getItem(key) !== null,
    set: () => sessionStorage.setItem(key, '1'),
  };
}

function tellMedia() {
  const microphone = media.microphoneOn && media.track('audio') !== null;
  const camera = media.track('video') !== null;
  socket.request('media.change', { microphone, camera }).catch(() => {});
}

function hangUp() {
  socket.request('call.hang_up', {}, { survive: true }).catch((error) => fault('call', error));
}

function cancel() {
  socket.request('call.cancel', {}, { survive: true }).catch((error) => fault('call', error));
}

/** Tracks of all generations go into one stream, so that the picture element stays the same. */
function showRemote(/** @type {MediaStreamTrack} */ track) {
  const stream =
    view.remote.srcObject instanceof MediaStream ? view.remote.srcObject : new MediaStream();
  for (const old of stream.getTracks()) if (old.kind === track.kind) stream.removeTrack(old);
  stream.addTrack(track);
  view.remote.srcObject = stream;
  playRemote();
}

async function playRemote() {
  const choose = Reflect.get(view.remote, 'setSinkId');
  if (choice.speaker && choose) choose.call(view.remote, choice.speaker).catch(() => {});
  const unmute = need('#sound-on', HTMLButtonElement);
  try {
    await view.remote.play();
    unmute.hidden = true;
  } catch (error) {
    unmute.hidden = !(error instanceof Error && error.name === 'NotAllowedError');
  }
}

/** A page that was not touched yet may be silent; then the next touch starts the tone. */
async function ringback() {
  if (phase !== 'ringing' || role !== 'customer') tones.stop();
  else if (!tones.isSounding && (await tones.unlock())) tones.repeat('ringback');
}

function changed() {
  view.show(call);
  if (call.phase === phase) return;
  phase = call.phase;
  ringback();
  keepAwake(phase === 'live' || phase === 'reconnecting' || phase === 'connecting');
  if (phase === 'ended' || phase === 'elsewhere') media.release();
  if (phase === 'ended') socket.close();
  document.dispatchEvent(
    new CustomEvent('call:state', { detail: { ...call.summary, call: code } }),
  );
}

async function comeBack() {
  if (document.visibilityState !== 'visible' || phase === 'ended' || !media.broken) return;
  await controls.again();
}

function leave() {
  link.close();
  media.release();
  tones.stop();
}

function offerHooks() {
  if (!('testHooks' in document.documentElement.dataset)) return;
  const hooks = {
    socket,
    get peer() {
      return link.connection;
    },
    get state() {
      return { ...call.summary, connection: call.connection, generation: link.generation };
    },
    async stats() {
      const sample = await statsOf(link.connection);
      return { framesDecoded: sample.frames, bytes: sample.bytes, pair: sample.pair };
    },
  };
  const target = Reflect.get(window, '__visavis') ?? {};
  Reflect.set(
    window,
    '__visavis',
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(hooks)),
  );
}

call.addEventListener('change', changed);
link.addEventListener('track', (event) => showRemote(/** @type {CustomEvent} */ (event).detail));
link.addEventListener('fault', (event) => fault('peer', /** @type {CustomEvent} */ (event).detail));
media.addEventListener('slow', () => view.showProblem(null, true));
media.addEventListener('lost', () => controls.again());
media.addEventListener('change', (event) => {
  const { kind, track } = /** @type {CustomEvent} */ (event).detail;
  link.replace(kind, track).catch((error) => fault('media', error));
  if (kind === 'video') view.showOwn(track, media.wishes.facing);
  tellMedia();
});
socket.on('call.snapshot', () => tellMedia());
socket.on('peer.joined', () => tellMedia());
maybe('#cancel-call', HTMLButtonElement)?.addEventListener('click', cancel);
need('#sound-on', HTMLButtonElement).addEventListener('click', playRemote);
document.addEventListener('pointerdown', ringback);
document.addEventListener('visibilitychange', comeBack);
window.addEventListener('pageshow', (event) => event.persisted && location.reload());
window.addEventListener('pagehide', leave);
keepFaceInSight(room, need('.call__form', HTMLElement));
offerHooks();
watchQuality({
  connection: () => (phase === 'live' ? link.connection : null),
  picture: () => call.peerMedia.camera,
  show: (verdict) => view.showQuality(verdict),
});
changed();
socket.connect();
const asks = room.dataset.ended === undefined && !(choice.without && role === 'customer');
if (asks) controls.again().then(ringback);
else controls.refresh().then(ringback);
