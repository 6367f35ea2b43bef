/**
 * This person's microphone and camera: ask, fall back, explain, switch, let go. DOM-free.
 *
 * Events: `change` (a track came or went; detail: {kind, track}), `slow` (the browser's question
 * is not answered yet), `lost` (a device went away; detail: {kind}).
 */

import { capturePlan, constraintsFor, deniedKinds, problemOf } from './media-problems.js';

const SLOW_AFTER = 5000;

/** @typedef {'audio' | 'video'} Kind */
/** @typedef {import('./media-problems.js').Problem} Problem */
/** @typedef {import('./media-problems.js').Wishes} Wishes */
/**
 * @typedef {object} Parts
 * @property {MediaDevices | undefined} devices
 * @property {{after: (ms: number, run: () => void) => () => void}} clock
 * @property {Wishes} [wishes]
 * @property {Permissions} [permissions]
 */

export class LocalMedia extends EventTarget {
  /** @type {Map<Kind, MediaStreamTrack>} */
  #tracks = new Map();
  /** @type {Wishes} */
  wishes = {};
  microphoneOn = true;
  cameraOn = true;
  /** The devices are on their way: nobody can say yet that one is missing. */
  isOpening = false;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    this.wishes = { ...parts.wishes };
  }

  /**
   * @param {Kind} kind
   * @returns {MediaStreamTrack | null}
   */
  track(kind) {
    return this.#tracks.get(kind) ?? null;
  }

  /**
   * Ask for what is wanted and take what there is: both, sound only, picture only, nothing.
   * @returns {Promise<Problem | null>} what did not work, first fault first
   */
  async open() {
    /** @type {Problem | null} */
    let problem = null;
    if (!this.parts.devices?.getUserMedia) return { code: 'insecure', kinds: ['audio', 'video'] };
    this.isOpening = true;
    const cancelHint = this.parts.clock.after(SLOW_AFTER, () => this.#slow());
    for (const kinds of capturePlan(this.cameraOn)) {
      const denied = problem ? await deniedKinds(this.parts.permissions) : [];
      if (kinds.some((kind) => denied.includes(kind))) continue;
      const fault = await this.#take(kinds);
      problem ??= fault;
      if (!fault || fault.code === 'dismissed') break;
    }
    cancelHint();
    this.isOpening = false;
    return problem ? { ...problem, kinds: this.#missing() } : null;
  }

  /** @param {boolean} on mute keeps the microphone, so that it is back at once */
  setMicrophone(on) {
    this.microphoneOn = on;
    const track = this.track('audio');
    if (track) track.enabled = on;
  }

  /**
   * Off stops the track, so that the lamp goes out; on asks for the camera again.
   * @param {boolean} on
   * @returns {Promise<Problem | null>}
   */
  async setCamera(on) {
    this.cameraOn = on;
    if (!on) this.#drop('video');
    return on && !this.track('video') ? await this.#take(['video']) : null;
  }

  /**
   * Use another device; the old one is let go first, some phones open one camera at a time.
   * @param {Kind} kind
   * @param {Partial<Wishes>} wishes
   * @returns {Promise<Problem | null>}
   */
  async switchTo(kind, wishes) {
    const before = this.wishes;
    this.wishes = { ...before, ...wishes };
    this.#drop(kind);
    const problem = await this.#take([kind]);
    if (!problem) return null;
    this.wishes = before;
    await this.#take([kind]);
    return problem;
  }

  /**
   * A device went away: use any other of its kind.
   * @param {Kind} kind
   * @returns {Promise<Problem | null>}
   */
  async recover(kind) {
    this.#drop(kind);
    this.wishes = { ...this.wishes, [kind === 'audio' ? 'microphone' : 'camera']: undefined };
    if (kind === 'video' && !this.cameraOn) return null;
    return await this.#take([kind]);
  }

  /** The camera at the other side of the phone. */
  flip() {
    const facing = this.wishes.facing === 'environment' ? 'user' : 'environment';
    return this.switchTo('video', { facing, camera: undefined });
  }

  /** @returns {Promise<Record<'audioinput' | 'videoinput' | 'audiooutput', MediaDeviceInfo[]>>} */
  async list() {
    /** @type {Record<string, MediaDeviceInfo[]>} */
    const found = { audioinput: [], videoinput: [], audiooutput: [] };
    for (const device of (await this.parts.devices?.enumerateDevices?.()) ?? []) {
      if (device.deviceId) found[device.kind]?.push(device);
    }
    return /** @type {any} */ (found);
  }

  /** Whether a track the browser took away must be asked for again. */
  get broken() {
    return [...this.#tracks.values()].some((track) => track.readyState === 'ended');
  }

  /** Let everything go; all lamps go out. */
  release() {
    for (const kind of [...this.#tracks.keys()]) this.#drop(kind);
  }

  /** The browser's question waits for an answer that may never come. */
  #slow() {
    this.isOpening = false;
    this.#emit('slow', {});
  }

  /**
   * @param {Kind[]} kinds
   * @returns {Promise<Problem | null>}
   */
  async #take(kinds) {
    const fault = await this.#capture(kinds, this.wishes);
    if (fault?.code !== 'overconstrained') return fault;
    return await this.#capture(kinds, {});
  }

  /**
   * @param {Kind[]} kinds
   * @param {Wishes} wishes
   * @returns {Promise<Problem | null>}
   */
  async #capture(kinds, wishes) {
    try {
      const asked = constraintsFor(kinds, wishes);
      const stream = await this.parts.devices?.getUserMedia(asked);
      for (const track of stream?.getTracks() ?? []) this.#hold(track);
      return null;
    } catch (error) {
      return await problemOf(error, kinds, this.parts.permissions);
    }
  }

  /** @param {MediaStreamTrack} track */
  #hold(track) {
    const kind = /** @type {Kind} */ (track.kind);
    this.#tracks.get(kind)?.stop();
    this.#tracks.set(kind, track);
    if (kind === 'audio') track.enabled = this.microphoneOn;
    track.addEventListener('ended', () => {
      if (this.#tracks.get(kind) === track) this.#emit('lost', { kind });
    });
    this.#emit('change', { kind, track });
  }

  /** @param {Kind} kind */
  #drop(kind) {
    const track = this.#tracks.get(kind);
    if (!track) return;
    this.#tracks.delete(kind);
    track.stop();
    this.#emit('change', { kind, track: null });
  }

  #missing() {
    return /** @type {Kind[]} */ (['audio', 'video']).filter((kind) => !this.#tracks.has(kind));
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
