/**
 * Text on the call page: opens and closes its panel beside the order's, counts what was not seen,
 * and opens by itself where somebody cannot speak.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { isSpeechless } from './media-trouble.js';
import { SidePanels } from './side-panels.js';
import { TextPanel } from './text-panel.js';
import { TextTalk } from './text-talk.js';

/** @typedef {import('./call-progress.js').CallProgress} CallProgress */
/**
 * @typedef {object} Parts
 * @property {'customer' | 'merchant'} role
 * @property {import('../../core/js/socket-client.js').SocketClient} socket
 * @property {CallProgress} call
 * @property {string} peer name of the other side
 */

/** Milliseconds without a microphone after which the other side is taken to have none. */
const SILENT = 3000;
const NARROW = matchMedia('(width < 800px), (height < 520px)');

export class TextTalkPage {
  panels = new SidePanels();
  #room = need('#call-room', HTMLElement);
  #toggle = need('#text-toggle', HTMLButtonElement);
  #badge = need('#text-unread', HTMLElement);
  #unread = 0;
  #opened = false;
  #byPerson = false;
  #heardOnce = false;
  #cancelLook = () => {};

  /** @param {Parts} parts */
  constructor({ role, socket, call, peer }) {
    this.call = call;
    const newOp = () => crypto.randomUUID();
    this.talk = new TextTalk({ role, socket, clock: socket.clock, newOp });
    const name = () => (role === 'customer' && call.memberName) || peer;
    this.panel = new TextPanel(this.talk, { role, peer: name });
    socket.on('media.changed', ({ microphone }) => {
      if (microphone) this.#heardOnce = true;
    });
    this.clock = socket.clock;
    this.talk.addEventListener('line', () => this.#heard());
    this.talk.addEventListener('change', () => this.#mark());
    this.panels.addEventListener('change', () => this.#show());
    this.#toggle.addEventListener('click', () => this.press());
    need('#text-close', HTMLButtonElement).addEventListener('click', () => this.#close());
    document.addEventListener('sheet:open', () => this.#orderShown(true));
    document.addEventListener('sheet:closed', () => this.#orderShown(false));
    NARROW.addEventListener('change', () => this.panels.fit(NARROW.matches));
    this.panels.fit(NARROW.matches);
    if (this.#room.dataset.sheet === 'open') this.#orderShown(true);
  }

  press() {
    this.#byPerson = true;
    this.panels.pressText();
    this.#byPerson = false;
  }

  /**
   * Once in a call: text is there where speech is not. A mute in the middle is no reason.
   * @param {boolean} speechless this side has no microphone
   */
  offer(speechless) {
    const { peerMedia, peerPresent } = this.call;
    const silent = peerPresent && !peerMedia.microphone && !this.#heardOnce;
    if (speechless || (silent && isSpeechless(peerMedia.trouble))) this.#open();
    this.#cancelLook();
    this.#cancelLook = silent ? this.clock.after(SILENT, () => this.#open()) : () => {};
  }

  #open() {
    const talking = this.call.phase === 'live' || this.call.phase === 'connecting';
    if (!this.#opened && talking) this.panels.showText(true);
  }

  #close() {
    this.panels.showText(false);
    this.#toggle.focus();
  }

  /** @param {boolean} open */
  #orderShown(open) {
    this.panels.orderShown(open, this.panel.isWriting);
  }

  #heard() {
    if (!this.panels.isSeen('text')) this.#unread += 1;
    this.#mark();
  }

  #show() {
    const { panels } = this;
    const seen = panels.isSeen('text');
    if (panels.text) this.#opened = true;
    const lost = !panels.text && this.panel.hasFocus;
    this.#room.dataset.hiddenPanel = panels.hidden;
    this.#room.dataset.text = panels.text ? 'open' : 'closed';
    this.panel.show(panels.text, seen && this.#byPerson);
    if (lost) this.#toggle.focus();
    this.#toggle.setAttribute('aria-expanded', String(seen));
    const order = need('#order-toggle', HTMLButtonElement);
    order.setAttribute('aria-expanded', String(panels.isSeen('order')));
    need('#order-waits', HTMLElement).hidden = !panels.orderWaits;
    if (seen) this.#unread = 0;
    this.#mark();
  }

  /** How many lines were not seen, or that letters are coming. */
  #mark() {
    const seen = this.panels.isSeen('text');
    const typing = !seen && this.talk.theirs !== '';
    this.#badge.hidden = seen || (!this.#unread && !typing);
    const shown = need('[data-part="figure"]', HTMLElement, this.#badge);
    const spoken = need('.visually-hidden', HTMLElement, this.#badge);
    shown.textContent = this.#unread ? String(this.#unread) : '…';
    spoken.textContent = this.#unread
      ? word('text-unread', { number: this.#unread })
      : word('text-coming');
  }
}
