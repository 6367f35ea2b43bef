/**
 * The other side on the stage: its picture or why there is none, its screen, its silence.
 */

import { need } from '../../core/js/dom.js';
import { hasWord, word } from '../../core/js/words.js';

/** @typedef {{microphone: boolean, camera: boolean, screen: boolean, trouble: string}} PeerMedia */

export class PeerView {
  remote = need('#remote-video', HTMLVideoElement);
  #faceless = need('#call-faceless', HTMLElement);
  #muted = need('#peer-muted', HTMLElement);
  #screen = need('#peer-screen', HTMLElement);
  /** @type {PeerMedia} */
  #media = { microphone: true, camera: true, screen: false, trouble: '' };

  /** @param {string} name of the other side */
  constructor(name) {
    this.name = name;
    for (const type of ['resize', 'enterpictureinpicture', 'leavepictureinpicture']) {
      this.remote.addEventListener(type, () => this.#showFace());
    }
  }

  /**
   * @param {PeerMedia} media
   * @param {boolean} live
   */
  show(media, live) {
    this.#media = media;
    const { microphone, screen, trouble } = media;
    this.#muted.hidden = microphone || !live;
    const spoken = `trouble-${trouble}`;
    const known = trouble.startsWith('microphone') && hasWord(spoken);
    const words = known ? spoken : 'peer-microphone-off';
    need('span', HTMLElement, this.#muted).textContent = word(words, { name: this.name });
    this.#screen.hidden = !screen || !live;
    this.#showFace();
  }

  #showFace() {
    const { camera, screen } = this.#media;
    const sends = camera || screen;
    const floats = document.pictureInPictureElement === this.remote;
    const seen = sends && this.remote.videoWidth > 2 && !floats;
    this.#faceless.hidden = seen;
    this.remote.classList.toggle('stage__remote--hidden', !seen);
    // a screen is read, not looked at: nothing of it is cut off
    this.remote.classList.toggle('stage__remote--screen', screen);
    const coming = floats ? 'peer-floats' : 'peer-picture-coming';
    const key = sends ? coming : this.#whyFaceless();
    need('p', HTMLElement, this.#faceless).textContent = word(key, { name: this.name });
  }

  #whyFaceless() {
    const { trouble } = this.#media;
    const known = !trouble.startsWith('microphone') && hasWord(`trouble-${trouble}`);
    return known ? `trouble-${trouble}` : 'peer-camera-off';
  }
}
