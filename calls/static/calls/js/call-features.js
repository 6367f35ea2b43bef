/**
 * Everything around the picture, joined: panels, menu, screen, devices, advice, transfer, hand-over.
 */

import { maybe, need } from '../../core/js/dom.js';
import { fault } from '../../core/js/log.js';
import { DevicesDialog } from './devices-dialog.js';
import { HandoverDialog } from './handover-dialog.js';
import { LinkAdvice } from './link-advice.js';
import { mediaChoice } from './media-choice.js';
import { isSpeechless, troubleOf } from './media-trouble.js';
import { MoreMenu } from './more-menu.js';
import { OwnPicture } from './own-picture.js';
import { mountRating } from './rating.js';
import { mountScreen } from './screen-control.js';
import { mountShortcuts } from './shortcuts.js';
import { TextTalkPage } from './text-talk-page.js';
import { TransferDialog } from './transfer-dialog.js';
import { watchWaiting } from './waiting-count.js';

/** @typedef {'audio' | 'video'} Kind */
/**
 * @typedef {object} Parts
 * @property {'customer' | 'merchant'} role
 * @property {string} code of the call
 * @property {HTMLElement} room
 * @property {import('../../core/js/socket-client.js').SocketClient} socket
 * @property {import('./call-progress.js').CallProgress} call
 * @property {import('./media-devices.js').LocalMedia} media
 * @property {import('./peer-link.js').PeerLink} link
 * @property {import('./remote-picture.js').RemotePicture} picture
 * @property {import('./tones.js').Tones} tones
 * @property {() => import('./call-controls.js').CallControls} controls
 * @property {() => boolean} textOnly this person chose neither camera nor microphone
 */

export class CallFeatures {
  /** The page goes: nothing is told any more. */
  isLeaving = false;
  #trouble = '';
  #told = '';
  #owed = false;

  /** @param {Parts} parts */
  constructor(parts) {
    const { role, code, room, socket, call, media, picture, tones } = parts;
    this.parts = parts;
    const peer = room.dataset.peerName ?? '';
    const say = (/** @type {string} */ words) => this.say(words);
    this.own = new OwnPicture(room);
    this.text = new TextTalkPage({ role, socket, call, peer });
    this.screen = mountScreen({ changed: () => this.#sendPicture(), say });
    const explain = this.#explain.bind(this);
    this.devices = new DevicesDialog({ media, picture, tones, explain, say });
    this.advice = new LinkAdvice({
      sends: () => media.track('video') !== null,
      camera: (on) => parts.controls().camera(on),
      tell: () => this.tell(),
      say,
      peer,
    });
    const isThere = (/** @type {string} */ id) => maybe(id, HTMLDialogElement) !== null;
    this.transfer = isThere('#transfer-dialog') ? new TransferDialog(socket) : null;
    this.handover = isThere('#handover-dialog') ? new HandoverDialog(code) : null;
    this.menu = new MoreMenu(this.#entries(mountShortcuts()));
    mountRating(code);
    watchWaiting();
    document.addEventListener('fullscreenchange', () => this.menu.refresh());
  }

  /** @param {Kind} kind @returns {MediaStreamTrack | null} what goes out in this place */
  outgoing(kind) {
    const screen = kind === 'video' ? this.screen.track : null;
    return screen ?? this.parts.media.track(kind);
  }

  /** @param {Kind} kind whose track came or went */
  changed(kind) {
    if (kind === 'video') this.#sendPicture();
    else this.#replace('audio');
    this.advice.switched();
    this.tell();
  }

  /**
   * Tell the other side what is switched on, and why something is not.
   * @param {boolean} [again] although nothing has changed, to a tab that may be new
   */
  tell(again = false) {
    const { media, socket, controls, textOnly } = this.parts;
    this.#owed ||= again;
    // what is still on its way would be told as missing
    if (media.isOpening) return;
    const microphone = media.microphoneOn && media.track('audio') !== null;
    const camera = media.track('video') !== null;
    const now = { problem: controls().problem ?? this.#before(camera), textOnly: textOnly() };
    const trouble = troubleOf({ ...now, soundOnly: this.advice.isTaken });
    const screen = this.screen.track !== null;
    const change = { microphone, camera, screen, trouble };
    const words = JSON.stringify(change);
    this.#trouble = trouble;
    this.#offerText();
    if (this.isLeaving || (!this.#owed && words === this.#told)) return;
    this.#told = words;
    this.#owed = false;
    socket.request('media.change', change).catch(() => {});
  }

  /**
   * What the device check found: a camera it could not have is not asked for again here.
   * @param {boolean} camera
   */
  #before(camera) {
    return camera ? null : (mediaChoice().problem ?? null);
  }

  /** The call moved on. */
  follow() {
    const { call } = this.parts;
    this.#offerText();
    this.advice.asked(call.peerMedia.trouble === 'sound_only');
    if (call.phase !== 'live' && call.phase !== 'reconnecting') this.transfer?.close();
    if (['ended', 'elsewhere', 'refused'].includes(call.phase)) this.#stop();
    this.menu.refresh();
  }

  #stop() {
    this.screen.stop();
    if (this.text.panels.text) this.text.panels.showText(false);
  }

  /** @param {string} words politely */
  say(words) {
    need('#call-status', HTMLElement).textContent = words;
  }

  #offerText() {
    const { media } = this.parts;
    this.text.offer(media.track('audio') === null && isSpeechless(this.#trouble));
  }

  #sendPicture() {
    const { wishes } = this.parts.media;
    const track = this.outgoing('video');
    const mirrored = track !== this.screen.track && wishes.facing !== 'environment';
    this.own.show(track, mirrored);
    this.#replace('video');
    this.tell();
  }

  /** @param {Kind} kind */
  #replace(kind) {
    const sent = this.parts.link.replace(kind, this.outgoing(kind));
    sent.catch((error) => fault('media', error));
  }

  /** @param {import('./media-problems.js').Problem | null} problem */
  #explain(problem) {
    const controls = this.parts.controls();
    controls.explain(problem);
    controls.refresh();
  }

  /** @param {() => void} keys shows their list */
  #entries(keys) {
    const { picture, media, call } = this.parts;
    const talking = () => ['connecting', 'live', 'reconnecting'].includes(call.phase);
    return {
      screen: {
        run: () => document.dispatchEvent(new CustomEvent('screen:toggle')),
        offered: () => this.screen.isPossible && talking(),
        on: () => this.screen.track !== null,
      },
      flip: {
        run: () => need('#flip', HTMLButtonElement).click(),
        offered: () => !need('#flip', HTMLButtonElement).hidden && media.track('video') !== null,
      },
      devices: { run: () => this.devices.open() },
      full: {
        run: () => picture.toggleFull().catch((error) => fault('full screen', error)),
        offered: () => picture.canFill,
        on: () => picture.fills,
      },
      float: {
        run: () => picture.toggleFloat().catch((error) => fault('picture in picture', error)),
        offered: () => picture.canFloat && talking(),
        on: () => picture.floats,
      },
      transfer: { run: () => this.transfer?.open(), offered: talking },
      handover: { run: () => this.handover?.open(), offered: talking },
      keys: { run: keys, offered: () => matchMedia('(any-hover: hover)').matches },
    };
  }
}
