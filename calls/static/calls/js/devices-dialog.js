/**
 * Choosing microphone, camera and speaker while the call goes on; one that goes away is replaced,
 * and said.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { fillSelect } from './device-select.js';
import { keepMediaChoice, mediaChoice } from './media-choice.js';
import { watchLevel } from './sound-level.js';

/**
 * @typedef {object} Parts
 * @property {import('./media-devices.js').LocalMedia} media
 * @property {import('./remote-picture.js').RemotePicture} picture
 * @property {import('./tones.js').Tones} tones
 * @property {(problem: import('./media-problems.js').Problem | null) => void} explain
 * @property {(words: string) => void} say politely
 */

export class DevicesDialog {
  #dialog = need('#devices-dialog', HTMLDialogElement);
  #meter = need('#check-level', HTMLMeterElement);
  #stopLevel = () => {};

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.#choose('audio', 'microphone');
    this.#choose('video', 'camera');
    need('#choose-speaker', HTMLSelectElement).addEventListener('change', (event) => {
      this.#useSpeaker(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
    });
    need('#test-speaker', HTMLButtonElement).addEventListener('click', () => this.#test());
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.#changed());
    this.#dialog.addEventListener('close', () => this.#stopLevel());
  }

  async open() {
    await this.fill();
    this.#dialog.showModal();
    this.#showLevel();
  }

  async fill() {
    const { media } = this.parts;
    const devices = await media.list();
    const used = (/** @type {'audio' | 'video'} */ kind) =>
      media.track(kind)?.getSettings().deviceId;
    const canChoose = 'setSinkId' in HTMLMediaElement.prototype;
    fillSelect('#choose-microphone', devices.audioinput, used('audio'));
    fillSelect('#choose-camera', devices.videoinput, used('video'));
    fillSelect('#choose-speaker', canChoose ? devices.audiooutput : [], mediaChoice().speaker);
    const fields = this.#dialog.querySelectorAll('.field:not([hidden])');
    need('#devices-none', HTMLElement).hidden = fields.length > 0;
  }

  /**
   * A device went away: take another one, and say which.
   * @param {'audio' | 'video'} kind
   */
  async replace(kind) {
    const { media, explain, say } = this.parts;
    const problem = await media.recover(kind);
    explain(problem);
    const name = media.track(kind)?.label;
    if (!problem && name) say(word(`device-replaced-${kind}`, { name }));
    await this.fill();
  }

  /** @param {'audio' | 'video'} kind @param {'microphone' | 'camera'} name */
  #choose(kind, name) {
    need(`#choose-${name}`, HTMLSelectElement).addEventListener('change', async (event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
      const { media, explain } = this.parts;
      if (kind === 'video') media.cameraOn = true;
      const problem = await media.switchTo(kind, { [name]: value });
      explain(problem);
      if (!problem) keepMediaChoice({ [name]: value });
      await this.fill();
      this.#showLevel();
    });
  }

  /** @param {string} speaker */
  async #useSpeaker(speaker) {
    keepMediaChoice({ speaker });
    await this.parts.picture.useSpeaker();
  }

  async #test() {
    const { tones } = this.parts;
    if (await tones.unlock(mediaChoice().speaker)) tones.once('test');
    need('#speaker-heard', HTMLElement).hidden = false;
  }

  /** The chosen speaker may be gone, and one that was gone may be back. */
  async #changed() {
    const { media, picture, say } = this.parts;
    const { audiooutput } = await media.list();
    const { speaker } = mediaChoice();
    const gone = speaker && !audiooutput.some(({ deviceId }) => deviceId === speaker);
    if (gone) keepMediaChoice({ speaker: undefined });
    await picture.useSpeaker();
    if (gone) say(word('device-replaced-speaker'));
    await this.fill();
  }

  #showLevel() {
    this.#stopLevel();
    this.#stopLevel = () => {};
    const track = this.parts.media.track('audio');
    need('#check-level-row', HTMLElement).hidden = !track;
    if (!track || !this.#dialog.open) return;
    this.#stopLevel = watchLevel(track, (level) => (this.#meter.value = level));
  }
}
