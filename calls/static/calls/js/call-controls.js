/**
 * The bar of round controls: microphone, camera, text, order, more, hang up.
 */

import { need } from '../../core/js/dom.js';
import { keepMediaChoice } from './media-choice.js';

/** @typedef {import('./media-devices.js').LocalMedia} LocalMedia */
/** @typedef {import('./call-view.js').CallView} CallView */
/**
 * @typedef {object} Parts
 * @property {LocalMedia} media
 * @property {CallView} view
 * @property {import('./side-panels.js').SidePanels} panels
 * @property {() => void} tell tell the other side what is switched on
 * @property {() => void} hangUp
 */

export class CallControls {
  /** @type {import('./media-problems.js').Problem | null} what keeps this side from being seen or heard */
  problem = null;

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    need('#microphone', HTMLButtonElement).addEventListener('click', () => this.#microphone());
    need('#camera', HTMLButtonElement).addEventListener('click', () => this.#camera());
    need('#flip', HTMLButtonElement).addEventListener('click', () => this.#flip());
    need('#order-toggle', HTMLButtonElement).addEventListener('click', () => this.#order());
    need('#hang-up', HTMLButtonElement).addEventListener('click', () => this.#hangUp());
    need('#media-again', HTMLButtonElement).addEventListener('click', () => this.again());
    document.addEventListener('sheet:open', () => markOrder(true));
    document.addEventListener('sheet:closed', () => markOrder(false));
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.#appeared());
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
    this.explain(await this.parts.media.open());
    await this.refresh();
  }

  /** @param {import('./media-problems.js').Problem | null} problem */
  explain(problem) {
    this.problem = problem;
    this.parts.view.showProblem(problem);
    this.parts.tell();
  }

  /** @param {boolean} on */
  async camera(on) {
    this.explain(await this.parts.media.setCamera(on));
    const { problem } = this;
    keepMediaChoice({ cameraOff: !on, problem, ...(on && { without: false }) });
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
    const without = media.track('audio') ? { without: false } : {};
    keepMediaChoice({ microphoneOff: !media.microphoneOn, ...without });
    tell();
    await this.refresh();
  }

  async #camera() {
    await this.camera(this.parts.media.track('video') === null);
  }

  async #flip() {
    this.explain(await this.parts.media.flip());
    await this.refresh();
  }

  /** A device that was missed may have been plugged in. */
  async #appeared() {
    if (this.problem?.code === 'missing') await this.again();
    else await this.refresh();
  }

  /** The order front end answers `order:toggle`, unless its panel is only to come forward. */
  #order() {
    if (!this.parts.panels.pressOrder()) return;
    document.dispatchEvent(new CustomEvent('order:toggle', { cancelable: true }));
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

/** @param {boolean} open */
function markOrder(open) {
  need('#call-room', HTMLElement).dataset.sheet = open ? 'open' : 'closed';
}
