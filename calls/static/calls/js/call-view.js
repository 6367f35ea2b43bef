/**
 * The call screen's face: shows what it is told, decides nothing.
 */

import { maybe, need, setIcon } from '../../core/js/dom.js';
import { keepFocus } from '../../core/js/keep-focus.js';
import { hasWord, word } from '../../core/js/words.js';
import { clockTime, endingOf } from './call-phases.js';

/** @typedef {import('./call-progress.js').CallProgress} CallProgress */
/** @typedef {import('./call-phases.js').Role} Role */

const STATUS_ICONS = { good: 'signal', fair: 'signal', poor: 'warn', none: 'clock' };
const KINDS = { good: 'pine', fair: 'amber', poor: 'crimson', none: 'amber' };

export class CallView {
  room = need('#call-room', HTMLElement);
  remote = need('#remote-video', HTMLVideoElement);
  own = need('#own-video', HTMLVideoElement);
  #title = need('#call-title', HTMLElement);
  #text = need('#call-text', HTMLElement);
  #status = need('#call-status', HTMLElement);
  #alert = need('#call-alert', HTMLElement);
  #timer = need('#call-timer', HTMLElement);
  #quality = need('#call-quality', HTMLElement);
  #banner = need('#call-banner', HTMLElement);
  #faceless = need('#call-faceless', HTMLElement);
  #problem = need('#media-problem', HTMLElement);
  #answeredAt = 0;
  #ringUntil = 0;
  #picture = false;
  #keepFocus = keepFocus(
    (element) => this.room.contains(element) && !element.closest('.call__form'),
    () => [maybe('#microphone', HTMLElement), this.#title].find((one) => one?.checkVisibility()),
  );

  /** @param {Role} role */
  constructor(role) {
    this.role = role;
    this.peer = this.room.dataset.peerName ?? '';
    setInterval(() => this.#tick(), 1000);
    this.remote.addEventListener('resize', () => this.#showFace());
  }

  /** @param {CallProgress} call */
  show(call) {
    const { phase } = call;
    this.room.dataset.phase = phase;
    this.#answeredAt = Date.parse(call.answeredAt) || 0;
    this.#ringUntil = phase === 'ringing' ? Date.parse(call.ringUntil) || 0 : 0;
    const key = phase === 'ended' ? endingOf(call.state, call.endedBy, this.role) : phase;
    this.#say(key, call);
    this.#warn(call);
    this.#picture = call.peerMedia.camera;
    this.#showFace();
    need('#peer-muted', HTMLElement).hidden = call.peerMedia.microphone || phase !== 'live';
    for (const element of document.querySelectorAll('[data-in]')) {
      const phases = element.getAttribute('data-in')?.split(' ') ?? [];
      if (element instanceof HTMLElement) element.hidden = !phases.includes(phase);
    }
    this.#tick();
    this.#keepFocus();
  }

  /** @param {MediaStreamTrack | null} track what the own camera sends */
  showOwn(track, facing = 'user') {
    this.own.srcObject = track ? new MediaStream([track]) : null;
    this.own.hidden = !track;
    this.own.classList.toggle('own--mirrored', facing === 'user');
  }

  /** @param {import('./quality.js').Verdict} verdict */
  showQuality({ level, side }) {
    const words = side && level !== 'good' ? `quality-${level}-${side}` : `quality-${level}`;
    this.#quality.className = `state state--${KINDS[level]}`;
    this.#quality.dataset.level = level;
    setIcon(this.#quality, STATUS_ICONS[level]);
    need('span', HTMLElement, this.#quality).textContent = word(words, { name: this.peer });
  }

  /**
   * @param {import('./media-problems.js').Problem | null} problem
   * @param {boolean} slow the browser's question waits for an answer
   */
  showProblem(problem, slow = false) {
    const key = slow ? 'media-slow' : this.#problemKey(problem);
    this.#problem.hidden = key === '';
    need('p', HTMLElement, this.#problem).textContent = key ? word(key) : '';
    const again = maybe('button', HTMLButtonElement, this.#problem);
    if (again) again.hidden = slow || !problem;
    this.#keepFocus();
  }

  /**
   * @param {string} id of a control
   * @param {boolean} on
   * @param {string} icon
   */
  setControl(id, on, icon) {
    const control = need(`#${id}`, HTMLButtonElement);
    control.setAttribute('aria-pressed', String(on));
    setIcon(control, on ? icon : `${icon}-off`);
  }

  /** @param {import('./media-problems.js').Problem | null} problem */
  #problemKey(problem) {
    if (!problem) return '';
    const what = problem.kinds.length === 2 ? 'both' : problem.kinds[0];
    const exact = `media-${problem.code}-${what}`;
    return hasWord(exact) ? exact : `media-${problem.code}`;
  }

  /**
   * @param {string} key
   * @param {CallProgress} call
   */
  #say(key, call) {
    const values = {
      name: call.memberName && this.role === 'customer' ? call.memberName : this.peer,
    };
    const title = word(`${key}-title`, values);
    if (this.#title.textContent === title) return;
    this.#title.textContent = title;
    this.#text.textContent = hasWord(`${key}-text`) ? word(`${key}-text`, values) : '';
    if (call.phase === 'reconnecting' || key === 'ended-failed') this.#alert.textContent = title;
    else this.#status.textContent = title;
  }

  /** @param {CallProgress} call */
  #warn(call) {
    let key = '';
    if (call.phase === 'reconnecting') key = 'banner-media';
    else if (call.phase === 'live' && !call.online) key = 'banner-signalling';
    else if (call.phase === 'live' && !call.peerPresent) key = 'banner-peer';
    this.#banner.hidden = key === '';
    if (key) need('span', HTMLElement, this.#banner).textContent = word(key, { name: this.peer });
  }

  #showFace() {
    const seen = this.#picture && this.remote.videoWidth > 2;
    this.#faceless.hidden = seen;
    this.remote.classList.toggle('stage__remote--hidden', !seen);
    const off = this.#picture ? 'peer-picture-coming' : 'peer-camera-off';
    need('p', HTMLElement, this.#faceless).textContent = word(off, { name: this.peer });
  }

  #tick() {
    const { phase } = this.room.dataset;
    this.#timer.hidden = !this.#answeredAt || (phase !== 'live' && phase !== 'reconnecting');
    this.#timer.textContent = clockTime((Date.now() - this.#answeredAt) / 1000);
    const left = maybe('#ring-left', HTMLElement);
    if (!left) return;
    const seconds = Math.ceil((this.#ringUntil - Date.now()) / 1000);
    left.hidden = !this.#ringUntil || seconds <= 0;
    left.textContent = word('ring-left', { seconds });
  }
}
