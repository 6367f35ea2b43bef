/** The socket as the parts of a call see it: what was asked, and what the server says. */
export class TestSignals extends EventTarget {
  sent = [];
  answers = {};
  #listeners = new Map();

  on(type, run) {
    const all = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, [...all, run]);
  }

  async request(type, data = {}) {
    this.sent.push([type, data]);
    const answer = this.answers[type];
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? await answer(data) : (answer ?? {});
  }

  say(type, frame = {}) {
    for (const run of this.#listeners.get(type) ?? []) run({ type, ...frame });
  }

  /** What was asked of one type. */
  asked(type) {
    return this.sent.filter(([one]) => one === type).map(([, data]) => data);
  }
}

export function refusal(code) {
  return Object.assign(new Error(code), { code });
}
