/**
 * What arrives from the other side, in one picture element over all generations; its speaker,
 * the full screen, and the picture in a window of its own.
 */

import { need } from '../../core/js/dom.js';

export class RemotePicture {
  video = need('#remote-video', HTMLVideoElement);
  #unmute = need('#sound-on', HTMLButtonElement);
  #room = need('#call-room', HTMLElement);

  /** @param {() => string | undefined} speaker the chosen one */
  constructor(speaker) {
    this.speaker = speaker;
    this.#unmute.addEventListener('click', () => this.play());
  }

  /**
   * Tracks of all generations go into one stream, so that the picture element stays the same.
   * @param {MediaStreamTrack} track
   */
  add(track) {
    const now = this.video.srcObject;
    const stream = now instanceof MediaStream ? now : new MediaStream();
    for (const old of stream.getTracks()) if (old.kind === track.kind) stream.removeTrack(old);
    stream.addTrack(track);
    this.video.srcObject = stream;
    this.play();
  }

  async play() {
    await this.useSpeaker();
    try {
      await this.video.play();
      this.#unmute.hidden = true;
    } catch (error) {
      this.#unmute.hidden = !(error instanceof Error && error.name === 'NotAllowedError');
    }
  }

  /** @returns {Promise<boolean>} whether the chosen speaker is in use */
  async useSpeaker() {
    const choose = Reflect.get(this.video, 'setSinkId');
    if (!choose) return false;
    try {
      await choose.call(this.video, this.speaker() ?? '');
      return true;
    } catch {
      return false;
    }
  }

  get canFill() {
    return document.fullscreenEnabled === true;
  }

  get fills() {
    return document.fullscreenElement !== null;
  }

  async toggleFull() {
    if (this.fills) await document.exitFullscreen();
    else await this.#room.requestFullscreen({ navigationUI: 'hide' });
  }

  get canFloat() {
    return document.pictureInPictureEnabled === true;
  }

  get floats() {
    return document.pictureInPictureElement === this.video;
  }

  async toggleFloat() {
    if (this.floats) await document.exitPictureInPicture();
    else await this.video.requestPictureInPicture();
  }
}
