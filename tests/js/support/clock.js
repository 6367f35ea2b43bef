/** A clock that moves only when told: time in tests costs no time. */
export class ManualClock {
  time = 0;
  #waits = [];

  now = () => this.time;

  after = (ms, run) => {
    const wait = { at: this.time + ms, run };
    this.#waits.push(wait);
    return () => {
      this.#waits = this.#waits.filter((one) => one !== wait);
    };
  };

  /** Move on and run what is due, in order, letting promises settle in between. */
  async pass(ms) {
    const until = this.time + ms;
    await settle();
    for (;;) {
      const due = this.#waits.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#waits = this.#waits.filter((one) => one !== due);
      this.time = due.at;
      due.run();
      await settle();
    }
    this.time = until;
  }
}

/** Let everything that waits for promises only go on. */
export async function settle() {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
