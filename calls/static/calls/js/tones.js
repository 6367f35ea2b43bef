/**
 * Sounds made on the spot: the desk's ring, the caller's ringback, a chime when it is a waiting
 * caller's turn, a test tone.
 * Browsers keep an AudioContext silent until a click, so `unlock` belongs into one.
 */

/** @typedef {{notes: number[], each: number, pause: number, loudness: number}} Pattern */

/** @type {Record<'ring' | 'ringback' | 'turn' | 'test', Pattern>} */
const PATTERNS = {
  ring: { notes: [659, 784, 988, 784], each: 0.16, pause: 1.2, loudness: 0.3 },
  ringback: { notes: [425], each: 1, pause: 3, loudness: 0.08 },
  turn: { notes: [784, 1047], each: 0.3, pause: 0, loudness: 0.3 },
  test: { notes: [523, 659, 784], each: 0.22, pause: 0, loudness: 0.25 },
};

export class Tones {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {GainNode | null} */
  #volume = null;

  /**
   * @param {string} [speaker] device id, where the browser lets one choose
   * @returns {Promise<boolean>} whether sound may be made now
   */
  async unlock(speaker) {
    this.#context ??= new AudioContext();
    const choose = Reflect.get(this.#context, 'setSinkId');
    if (speaker && choose) await choose.call(this.#context, speaker).catch(() => {});
    // without a click `resume` may wait for ever, so it gets a moment only
    const moment = new Promise((done) => setTimeout(done, 300));
    await Promise.race([this.#context.resume().catch(() => {}), moment]);
    return this.isUnlocked;
  }

  get isUnlocked() {
    return this.#context?.state === 'running';
  }

  get isSounding() {
    return this.#timer !== undefined;
  }

  /**
   * Play again and again until `stop`.
   * @param {'ring' | 'ringback'} name
   */
  repeat(name) {
    this.stop();
    const { notes, each, pause } = PATTERNS[name];
    const round = () => {
      this.#play(name);
      this.#timer = setTimeout(round, (notes.length * each + pause) * 1000);
    };
    round();
  }

  /**
   * A single time, to check the speaker.
   * @param {'ring' | 'turn' | 'test'} name
   */
  once(name) {
    this.#play(name);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#volume?.disconnect();
    this.#volume = null;
  }

  /** @param {keyof typeof PATTERNS} name */
  #play(name) {
    const context = this.#context;
    if (!context || !this.isUnlocked) return;
    const { notes, each, loudness } = PATTERNS[name];
    const volume = context.createGain();
    volume.connect(context.destination);
    this.#volume = volume;
    notes.forEach((pitch, index) => {
      const start = context.currentTime + index * each;
      const note = context.createOscillator();
      const shape = context.createGain();
      note.frequency.value = pitch;
      shape.gain.setValueAtTime(0, start);
      shape.gain.linearRampToValueAtTime(loudness, start + 0.02);
      shape.gain.setValueAtTime(loudness, start + each * 0.7);
      shape.gain.linearRampToValueAtTime(0, start + each);
      note.connect(shape).connect(volume);
      note.start(start);
      note.stop(start + each);
    });
  }
}
