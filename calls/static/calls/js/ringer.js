/**
 * Everything that makes a merchant look up: sound, title, vibration, notification.
 */

import { Tones } from './tones.js';

const TITLE_EVERY = 1000;

export class Ringer {
  #tones = new Tones();
  #title = document.title;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #blink;
  #ringing = '';
  /** @type {Notification | null} */
  #notification = null;

  get canSound() {
    return this.#tones.isUnlocked;
  }

  /** To be called from a click: later rings may be heard then. */
  async unlock() {
    return await this.#tones.unlock();
  }

  /** Ask for notifications; from a click, once, and a no is a no. */
  async askForNotifications() {
    if (!('Notification' in window) || Notification.permission !== 'default') return;
    await Notification.requestPermission().catch(() => {});
  }

  /** One short ring, so that the merchant knows what to listen for. */
  async test() {
    const heard = await this.unlock();
    if (heard) this.#tones.once('ring');
    return heard;
  }

  /** @param {{title: string, body: string}} words */
  start({ title, body }) {
    if (this.#ringing === title) return;
    this.#ringing = title;
    if (!this.#tones.isSounding) this.#tones.repeat('ring');
    vibrate([400, 200, 400, 200, 400]);
    this.#blinkTitle(title);
    this.#notify(title, body);
  }

  stop() {
    this.#ringing = '';
    this.#tones.stop();
    vibrate(0);
    clearInterval(this.#blink);
    this.#blink = undefined;
    document.title = this.#title;
    this.#notification?.close();
    this.#notification = null;
  }

  /** Sound was locked when the ring began and is not any more. */
  async soundNow() {
    const silent = this.#ringing && !this.canSound;
    if (silent && (await this.unlock())) this.#tones.repeat('ring');
  }

  /** @param {string} title */
  #blinkTitle(title) {
    clearInterval(this.#blink);
    document.title = title;
    this.#blink = setInterval(() => {
      document.title = document.title === title ? this.#title : title;
    }, TITLE_EVERY);
  }

  /**
   * @param {string} title
   * @param {string} body
   */
  #notify(title, body) {
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    if (document.visibilityState === 'visible') return;
    try {
      this.#notification = new Notification(title, { body, tag: 'visavis-call' });
      this.#notification.onclick = () => window.focus();
    } catch {
      // Android allows notifications from a service worker only; sound and title remain
    }
  }
}

/**
 * Browsers refuse, with a warning, on a page nobody has touched yet.
 * @param {number | number[]} pattern
 */
function vibrate(pattern) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}
