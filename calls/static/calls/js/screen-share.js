/**
 * Showing one's screen in the place of the camera's picture, and giving the place back. DOM-free.
 *
 * Event `change` (detail: {reason}): began, or ended by the person, by the browser, or for the
 * payment.
 */

/** @typedef {'began' | 'stopped' | 'browser' | 'payment'} Reason */
/**
 * @typedef {object} Parts
 * @property {{getDisplayMedia?: (options: object) => Promise<MediaStream>} | undefined} devices
 */

export class ScreenShare extends EventTarget {
  /** @type {MediaStreamTrack | null} */
  track = null;
  /** Card details are open: nothing may be shown. */
  #private = false;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
  }

  get isPossible() {
    return typeof this.parts.devices?.getDisplayMedia === 'function';
  }

  get isPrivate() {
    return this.#private;
  }

  /**
   * Ask which screen or window; a person who thinks better of it is no fault.
   * @returns {Promise<'began' | 'private' | 'refused'>}
   */
  async start() {
    if (this.#private) return 'private';
    let stream;
    try {
      const options = { video: { frameRate: { max: 15 } }, audio: false };
      stream = await this.parts.devices?.getDisplayMedia?.(options);
    } catch {
      return 'refused';
    }
    const track = stream?.getVideoTracks()[0];
    if (!track) return 'refused';
    // the payment may have been opened while the browser asked
    if (this.#private) {
      track.stop();
      return 'private';
    }
    this.#show(track);
    return 'began';
  }

  /** @param {Reason} [reason] */
  stop(reason = 'stopped') {
    const track = this.track;
    if (!track) return;
    this.track = null;
    track.stop();
    this.#emit(reason);
  }

  /**
   * As long as card details are open, no screen is shown.
   * @param {boolean} on
   */
  keepPrivate(on) {
    this.#private = on;
    if (on) this.stop('payment');
  }

  /** @param {MediaStreamTrack} track */
  #show(track) {
    this.track?.stop();
    if ('contentHint' in track) track.contentHint = 'detail';
    this.track = track;
    track.addEventListener('ended', () => {
      if (this.track === track) this.stop('browser');
    });
    this.#emit('began');
  }

  /** @param {Reason} reason */
  #emit(reason) {
    this.dispatchEvent(new CustomEvent('change', { detail: { reason } }));
  }
}
