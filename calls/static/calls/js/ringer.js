/**
 * Everything that makes a person look up: sound, title, vibration, notification. Used by the desk
 * when somebody calls, and by a caller who waits when their turn comes.
 */

import { Tones } from './tones.js';

const TITLE_EVERY = 1000;
const TAG = 'visavis-call';

export class Ringer {
  #tones;
  #title = document.title;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #blink;
  #ringing = '';
  /** @type {Notification | null} */
  #notification = null;

  /** @param {Tones} [tones] */
  constructor(tones = new Tones()) {
    this.#tones = tones;
  }

  get canSound() {
    return this.#tones.isUnlocked;
  }

  get isRinging() {
    return this.#ringing !== '';
  }

  /** @returns {NotificationPermission | 'missing'} */
  get notifications() {
    return 'Notification' in window ? Notification.permission : 'missing';
  }

  /** To be called from a click: later rings may be heard then. */
  async unlock() {
    return await this.#tones.unlock();
  }

  /** Ask for notifications; from a click, once, and a no is a no. */
  async askForNotifications() {
    if (this.notifications !== 'default') return;
    await Notification.requestPermission().catch(() => {});
  }

  /**
   * One ring, so that the merchant knows what to listen for; with a notification where allowed.
   * @param {string} words
   */
  async test(words) {
    const heard = await this.unlock();
    if (heard && !this.isRinging) this.#tones.once('ring');
    if (!this.isRinging) this.#notify(this.#title, words);
    return heard;
  }

  /** It was heard: no need to wait for its end. */
  stopTest() {
    if (!this.isRinging) this.stop();
  }

  /** @param {{title: string, body: string}} words */
  start({ title, body }) {
    if (this.#ringing === title) return;
    this.#ringing = title;
    if (!this.#tones.isSounding) this.#tones.repeat('ring');
    vibrate([400, 200, 400, 200, 400]);
    this.#blinkTitle(title);
    if (document.visibilityState !== 'visible') this.#notification = this.#notify(title, body);
  }

  /**
   * Once, for somebody who waits: a chime, and title and notification if they look elsewhere.
   * @param {{title: string, body: string}} words
   */
  async come({ title, body }) {
    vibrate([200, 100, 200]);
    if (document.visibilityState !== 'visible') {
      this.#ringing = title;
      this.#blinkTitle(title);
      this.#notification = this.#notify(title, body);
    }
    if (await this.unlock()) this.#tones.once('turn');
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

  /**
   * The ring is over and nobody looked: the notification says so instead of vanishing.
   * @param {string} title
   */
  missed(title) {
    if (document.visibilityState !== 'visible') this.#notify(title, '');
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
   * @returns {Notification | null}
   */
  #notify(title, body) {
    if (this.notifications !== 'granted') return null;
    try {
      const notification = new Notification(title, { body, tag: TAG });
      notification.onclick = () => window.focus();
      return notification;
    } catch {
      return null; // Android allows them from a service worker only; sound and title remain
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
