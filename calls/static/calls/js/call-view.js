/**
 * The call screen's face: shows what it is told, decides nothing.
 */

import { maybe, need, setIcon } from '../../core/js/dom.js';
import { keepFocus } from '../../core/js/keep-focus.js';
import { hasWord, word } from '../../core/js/words.js';
import { clockTime, endingOf } from './call-phases.js';
import { problemKeys, wayOut } from './media-trouble.js';
import { PeerView } from './peer-view.js';

/** @typedef {import('./call-progress.js').CallProgress} CallProgress */
/** @typedef {import('./call-phases.js').Role} Role */

/** Milliseconds for which a new face at the other side is named. */
const NEW_FACE = 12000;
const STATUS_ICONS = { good: 'signal', fair: 'signal', poor: 'warn', none: 'clock' };
const KINDS = { good: 'pine', fair: 'amber', poor: 'crimson', none: 'amber' };

export class CallView {
  room = need('#call-room', HTMLElement);
  #title = need('#call-title', HTMLElement);
  #text = need('#call-text', HTMLElement);
  #status = need('#call-status', HTMLElement);
  #alert = need('#call-alert', HTMLElement);
  #timer = need('#call-timer', HTMLElement);
  #quality = need('#call-quality', HTMLElement);
  #banner = need('#call-banner', HTMLElement);
  #problem = need('#media-problem', HTMLElement);
  #answeredAt = 0;
  #ringUntil = 0;
  #lostAt = 0;
  #newFaceUntil = 0;
  #from = '';
  /** @type {CallProgress | undefined} */
  #call;
  #keepFocus = keepFocus(
    (element) => this.room.contains(element) && !element.closest('.call__form'),
    () => [maybe('#microphone', HTMLElement), this.#title].find((one) => one?.checkVisibility()),
  );

  /**
   * @param {Role} role
   * @param {import('./browser-kind.js').BrowserKind} browser
   */
  constructor(role, browser) {
    this.role = role;
    this.browser = browser;
    this.peer = this.room.dataset.peerName ?? '';
    this.other = new PeerView(this.peer);
    setInterval(() => this.#tick(), 1000);
  }

  /** @param {CallProgress} call */
  show(call) {
    const { phase } = call;
    this.room.dataset.phase = phase;
    this.#answeredAt = Date.parse(call.answeredAt) || 0;
    this.#ringUntil = phase === 'ringing' ? Date.parse(call.ringUntil) || 0 : 0;
    if (phase !== 'reconnecting') this.#lostAt = 0;
    else this.#lostAt ||= Date.now();
    this.#notice(call);
    this.#say(this.#keyOf(call), call);
    this.#warn(call);
    this.other.show(call.peerMedia, phase === 'live');
    for (const element of document.querySelectorAll('[data-in]')) {
      const phases = element.getAttribute('data-in')?.split(' ') ?? [];
      if (!(element instanceof HTMLElement)) continue;
      // some of it makes sense only once somebody has answered
      const tooEarly = 'answered' in element.dataset && !call.answeredAt;
      element.hidden = tooEarly || !phases.includes(phase);
    }
    this.#call = call;
    this.#tick();
    this.#keepFocus();
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
    const keys = problem ? problemKeys(problem) : [];
    const key = slow ? 'media-slow' : (keys.find(hasWord) ?? '');
    const way = problem && !slow ? wayOut(problem, this.browser) : '';
    this.#problem.hidden = key === '';
    need('.stage__words', HTMLElement, this.#problem).textContent = key ? word(key) : '';
    need('.stage__way', HTMLElement, this.#problem).textContent = way ? word(way) : '';
    const again = need('#media-again', HTMLButtonElement);
    again.hidden = slow || !problem;
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

  /** @param {CallProgress} call somebody else is at the other side: said for a while */
  #notice({ handedFrom, memberName }) {
    const person = need('#call-person', HTMLElement);
    if (this.role === 'customer') person.textContent = memberName;
    if (handedFrom === this.#from) return;
    this.#from = handedFrom;
    this.#newFaceUntil = Date.now() + NEW_FACE;
  }

  /** @param {CallProgress} call @returns {string} the page's key for its title and text */
  #keyOf(call) {
    const { phase } = call;
    if (phase === 'ended') return endingOf(call.state, call.endedBy, this.role, call.endReason);
    if (phase === 'elsewhere' && call.handedTo) return 'elsewhere-colleague';
    if (phase === 'elsewhere' && this.movedOn()) return 'elsewhere-device';
    return phase === 'connecting' && call.handedFrom ? 'connecting-handed' : phase;
  }

  /** Whether this page made a link to another device, where the call may be now. */
  movedOn = () => false;

  /**
   * @param {string} key
   * @param {CallProgress} call
   */
  #say(key, call) {
    const { handedFrom: from, handedTo: to } = call;
    const values = { name: this.#nameIn(call), from, to };
    const title = word(`${key}-title`, values);
    if (this.#title.textContent === title) return;
    this.#title.textContent = title;
    this.#text.textContent = hasWord(`${key}-text`) ? word(`${key}-text`, values) : '';
    if (call.phase === 'reconnecting' || key === 'ended-lost') this.#alert.textContent = title;
    else this.#status.textContent = title;
  }

  /** @param {CallProgress} call */
  #warn(call) {
    let key = '';
    if (call.phase === 'reconnecting') key = 'banner-media';
    else if (call.phase === 'live' && !call.online) key = 'banner-signalling';
    else if (call.phase === 'live' && !call.peerPresent) key = 'banner-peer';
    else if (call.handingTo && this.role === 'customer') key = 'banner-handing';
    else if (Date.now() < this.#newFaceUntil) key = 'banner-handed';
    this.#banner.hidden = key === '';
    if (!key) return;
    const values = { name: this.#nameIn(call), from: call.handedFrom, to: call.handingTo };
    need('.stage__words', HTMLElement, this.#banner).textContent = word(key, values);
  }

  /** @param {CallProgress} call the person at the other side, or the shop */
  #nameIn(call) {
    return call.memberName && this.role === 'customer' ? call.memberName : this.peer;
  }

  #tick() {
    const { phase } = this.room.dataset;
    if (this.#newFaceUntil && this.#call) this.#warn(this.#call);
    this.#timer.hidden = !this.#answeredAt || (phase !== 'live' && phase !== 'reconnecting');
    this.#timer.textContent = clockTime((Date.now() - this.#answeredAt) / 1000);
    const lost = need('#call-lost', HTMLElement);
    lost.hidden = !this.#lostAt;
    lost.textContent = clockTime((Date.now() - this.#lostAt) / 1000);
    const left = maybe('#ring-left', HTMLElement);
    if (!left) return;
    const seconds = Math.ceil((this.#ringUntil - Date.now()) / 1000);
    left.hidden = !this.#ringUntil || seconds <= 0;
    left.textContent = word('ring-left', { seconds });
  }
}
