/**
 * The bar of round controls: microphone, camera, other camera, order, hang up.
 */

import { maybe, need } from '../../core/js/dom.js';
import { keepMediaChoice } from './media-choice.js';

/** @typedef {import('./media-devices.js').LocalMedia} LocalMedia */
/** @typedef {import('./call-view.js').CallView} CallView */
/**
 * @typedef {object} Parts
 * @property {LocalMedia} media
 * @property {CallView} view
 * @property {() => void} tell tell the other side what is switched on
 * @property {() => void} hangUp
 */

export class CallControls {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    need('#microphone', HTMLButtonElement).addEventListener('click', () => this.#microphone());
    need('#camera', HTMLButtonElement).addEventListener('click', () => this.#camera());
    need('#flip', HTMLButtonElement).addEventListener('click', () => this.#flip());
    need('#order-toggle', HTMLButtonElement).addEventListener('click', () => toggleOrder());
    need('#hang-up', HTMLButtonElement).addEventListener('click', () => this.#hangUp());
    need('#media-again', HTMLButtonElement).addEventListener('click', () => this.again());
    document.addEventListener('sheet:open', () => markOrder(true));
    document.addEventListener('sheet:closed', () => markOrder(false));
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.refresh());
    this.#confirmation();
  }

  /** Show what is on, and whether there is another camera. */
  async refresh() {
    const { media, view } = this.parts;
    view.setControl('microphone', media.microphoneOn && media.track('audio') !== null, 'mic');
    view.setControl('camera', media.track('video') !== null, 'camera');
    const { videoinput } = await media.list();
    const phone = matchMedia('(pointer: coarse)').matches;
    need('#flip', HTMLButtonElement).hidden = videoinput.length < 2 || !phone;
  }

  /** Ask for the devices (again), from the page or from a tap. */
  async again() {
    const { media, view } = this.parts;
    view.showProblem(await media.open());
    await this.refresh();
  }

  async #microphone() {
    const { media, tell } = this.parts;
    if (!media.track('audio')) {
      media.microphoneOn = true;
      await this.again();
    } else {
      media.setMicrophone(!media.microphoneOn);
    }
    keepMediaChoice({ microphoneOff: !media.microphoneOn });
    tell();
    await this.refresh();
  }

  async #camera() {
    const { media, view, tell } = this.parts;
    view.showProblem(await media.setCamera(media.track('video') === null));
    keepMediaChoice({ cameraOff: !media.cameraOn });
    tell();
    await this.refresh();
  }

  async #flip() {
    const { media, view } = this.parts;
    view.showProblem(await media.flip());
    await this.refresh();
  }

  /** Ask only when the order front end says that something would stay open. */
  #hangUp() {
    const asked = new CustomEvent('call:hangup', { cancelable: true });
    if (document.dispatchEvent(asked)) this.parts.hangUp();
    else need('#hang-up-dialog', HTMLDialogElement).showModal();
  }

  #confirmation() {
    const dialog = need('#hang-up-dialog', HTMLDialogElement);
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'hang-up') this.parts.hangUp();
      dialog.returnValue = '';
    });
  }
}

/** The order front end answers `order:toggle`; alone, the region just opens and closes. */
function toggleOrder() {
  const asked = new CustomEvent('order:toggle', { cancelable: true });
  if (!document.dispatchEvent(asked)) return;
  const region = maybe('#form-panel, #form-window', HTMLElement);
  if (!region) return;
  region.hidden = !region.hidden;
  markOrder(!region.hidden);
}

/** @param {boolean} open */
function markOrder(open) {
  need('#order-toggle', HTMLButtonElement).setAttribute('aria-expanded', String(open));
  need('#call-room', HTMLElement).dataset.sheet = open ? 'open' : 'closed';
}
