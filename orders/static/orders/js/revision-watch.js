// Notices a gap in the form's revisions. Frames may overtake one another for a moment (an answer
// comes straight, a broadcast through the channel layer), so a gap counts only when it stays.

export class RevisionWatch {
  /** @type {string | null} names one history of the form */ epoch = null;
  revision = 0;
  /** @type {Set<number>} */ #ahead = new Set();
  #goal = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #onGap;
  #patience;

  /** @param {{onGap: () => void, patience: number}} options */
  constructor({ onGap, patience }) {
    this.#onGap = onGap;
    this.#patience = patience;
  }

  /** @param {{epoch: string, revision: number}} snapshot */
  reset({ epoch, revision }) {
    this.epoch = epoch;
    this.revision = revision;
    for (const seen of this.#ahead) if (seen <= revision) this.#ahead.delete(seen);
    this.#goal = 0;
    this.#advance();
  }

  /** @param {number} revision one that was applied */
  saw(revision) {
    if (revision > this.revision) this.#ahead.add(revision);
    this.#advance();
  }

  /** @param {{epoch?: string, revision?: number}} beat */
  heard(beat) {
    const other = beat.epoch !== undefined && this.epoch !== null && beat.epoch !== this.epoch;
    if (other) {
      this.#onGap();
      return;
    }
    this.#goal = Math.max(this.#goal, beat.revision ?? 0);
    this.#advance();
  }

  get behind() {
    return this.#ahead.size > 0 || this.#goal > this.revision;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #advance() {
    while (this.#ahead.delete(this.revision + 1)) this.revision += 1;
    if (!this.behind) {
      this.stop();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.behind) this.#onGap();
    }, this.#patience);
  }
}
