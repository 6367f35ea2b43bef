/**
 * Entry of the call page, customer's and merchant's alike: makes the parts and joins them.
 */

import { clock } from '../../core/js/clock.js';
import { maybe, need } from '../../core/js/dom.js';
import { fault } from '../../core/js/log.js';
import { onNetworkChange, socketUrl } from '../../core/js/network.js';
import { SocketClient } from '../../core/js/socket-client.js';
import { browserKind } from './browser-kind.js';
import { CallControls } from './call-controls.js';
import { CallFeatures } from './call-features.js';
import { offerHooks } from './call-hooks.js';
import { CallProgress } from './call-progress.js';
import { CallView } from './call-view.js';
import { CallerWait } from './caller-wait.js';
import { mediaChoice, testSize } from './media-choice.js';
import { LocalMedia } from './media-devices.js';
import { PeerLink } from './peer-link.js';
import { onceAllowed } from './permission-watch.js';
import { watchQuality } from './quality-watch.js';
import { RemotePicture } from './remote-picture.js';
import { Ringer } from './ringer.js';
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
  track: (kind) => features.outgoing(kind),
  connect: (config) => new RTCPeerConnection(config),
});
const call = new CallProgress({ role, socket, link, seen: seenInThisTab() });
const tones = new Tones();
const picture = new RemotePicture(() => mediaChoice().speaker);
const view = new CallView(role, browserKind(/** @type {any} */ (navigator)));
const features = new CallFeatures({
  ...{ role, code, room, socket, call, media, link, picture, tones },
  controls: () => controls,
  textOnly: () => mediaChoice().without === true && role === 'customer',
});
const { panels } = features.text;
const controls = new CallControls({ media, view, panels, tell: () => features.tell(), hangUp });
let phase = '';

function seenInThisTab() {
  const key = `visavis:call:${code}`;
  return {
    get: () => sessionStorage.getItem(key) !== null,
    set: () => sessionStorage.setItem(key, '1'),
  };
}

function hangUp() {
  socket.request('call.hang_up', {}, { survive: true }).catch((error) => fault('call', error));
}

async function cancel() {
  await socket.request('call.cancel', {}, { survive: true }).catch((error) => fault('call', error));
}

/** A page that was not touched yet may be silent; then the next touch starts the tone. */
async function ringback() {
  if (phase !== 'ringing' || role !== 'customer') tones.stop();
  else if (!tones.isSounding && (await tones.unlock())) tones.repeat('ringback');
}

function changed() {
  view.show(call);
  features.follow();
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

/** What stops now stops because the page goes, and is no news for the other side. */
function leave() {
  features.isLeaving = true;
  link.close();
  media.release();
  tones.stop();
}

call.addEventListener('change', changed);
if (role === 'customer') new CallerWait({ call, ringer: new Ringer(), cancel, name: view.peer });
link.addEventListener('track', (event) => picture.add(/** @type {CustomEvent} */ (event).detail));
link.addEventListener('fault', (event) => fault('peer', /** @type {CustomEvent} */ (event).detail));
media.addEventListener('slow', () => {
  view.showProblem(null, true);
  features.tell();
});
media.addEventListener('lost', (event) => {
  features.devices.replace(/** @type {CustomEvent} */ (event).detail.kind);
});
media.addEventListener('change', (event) => {
  features.changed(/** @type {CustomEvent} */ (event).detail.kind);
});
socket.on('call.snapshot', () => features.tell(true));
socket.on('peer.joined', () => features.tell(true));
// what was told in an older generation may have been dropped
link.addEventListener('rebuilt', () => features.tell(true));
maybe('#cancel-call', HTMLButtonElement)?.addEventListener('click', cancel);
document.addEventListener('pointerdown', ringback);
document.addEventListener('visibilitychange', comeBack);
window.addEventListener('pageshow', (event) => event.persisted && location.reload());
window.addEventListener('pagehide', leave);
onceAllowed(navigator.permissions, () => controls.problem && controls.again());
view.movedOn = () => features.handover?.isUnderWay === true;
keepFaceInSight(room);
offerHooks({ socket, link, call, media, features });
watchQuality({
  connection: () => (phase === 'live' ? link.connection : null),
  picture: () => call.peerMedia.camera && !call.peerMedia.screen,
  show: (verdict) => {
    view.showQuality(verdict);
    features.advice.look(verdict);
  },
});
changed();
socket.connect();
const asks = room.dataset.ended === undefined && !(choice.without && role === 'customer');
if (asks) controls.again().then(ringback);
else controls.refresh().then(ringback);
