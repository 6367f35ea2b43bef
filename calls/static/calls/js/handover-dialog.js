/**
 * "Go on at another device": a link and a QR code that work once, for a few minutes.
 */

import { post } from '../../core/js/api.js';
import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

export class HandoverDialog {
  #dialog = need('#handover-dialog', HTMLDialogElement);
  #ready = need('#handover-ready', HTMLElement);
  #fault = need('#handover-fault', HTMLElement);
  #link = need('#handover-link', HTMLInputElement);
  #until = 0;

  /** @param {string} call */
  constructor(call) {
    this.call = call;
    need('#handover-copy', HTMLButtonElement).addEventListener('click', () => this.#copy());
    need('#handover-again', HTMLButtonElement).addEventListener('click', () => this.#make());
    setInterval(() => this.#count(), 1000);
  }

  /** A link was made that still works: when the call leaves this page, it went there. */
  get isUnderWay() {
    return Date.now() < this.#until;
  }

  async open() {
    this.#dialog.showModal();
    await this.#make();
  }

  async #make() {
    this.#ready.hidden = true;
    this.#fault.hidden = true;
    this.#say('handover-making');
    try {
      const made = await post(`/api/v1/calls/${this.call}/handover/`, {});
      this.#link.value = new URL(made.url, location.href).href;
      const image = need('#handover-qr', HTMLImageElement);
      // as a picture: what stands in it is never part of the page
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(alone(made.qr))}`;
      this.#until = Date.parse(made.expires_at);
      this.#ready.hidden = false;
      this.#say('handover-made');
      this.#count();
    } catch {
      this.#fault.hidden = false;
      this.#say('handover-failed');
    }
  }

  async #copy() {
    this.#link.select();
    try {
      await navigator.clipboard.writeText(this.#link.value);
      this.#say('handover-copied');
    } catch {
      this.#say('handover-selected');
    }
  }

  #count() {
    const timer = need('#handover-left', HTMLElement);
    const left = Math.ceil((this.#until - Date.now()) / 1000);
    if (!this.#until || this.#ready.hidden) return;
    if (left <= 0) {
      this.#ready.hidden = true;
      this.#fault.hidden = false;
      this.#say('handover-over');
      return;
    }
    const minutes = Math.floor(left / 60);
    const time = `${minutes}:${String(left % 60).padStart(2, '0')}`;
    timer.textContent = word('handover-left', { time });
  }

  /** @param {string} key */
  #say(key) {
    need('#handover-words', HTMLElement).textContent = word(key);
  }
}

/** @param {string} svg as it stands in a page; alone, a drawing must say what it is */
function alone(svg) {
  const named = svg.includes('xmlns=');
  return named ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}
