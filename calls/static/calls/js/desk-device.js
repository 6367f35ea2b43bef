/**
 * What this browser remembers about itself as a desk: its name, whether it was heard ringing, and
 * whether this tab wants to be reachable. DOM-free; works without storage, it only forgets then.
 */

const KEY = 'visavis:desk-device';

/** @typedef {{name: string, heard: boolean}} Remembered */
/**
 * @typedef {object} Parts
 * @property {string} handle of the merchant
 * @property {Storage} kept survives the browser
 * @property {Storage} tab survives a reload of this tab
 * @property {string} agent the browser's own description
 */

export class DeskDevice {
  #wanted;
  #isWanted;

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.#wanted = `visavis:desk:${parts.handle}`;
    this.#isWanted = Boolean(attempt(() => parts.tab.getItem(this.#wanted)));
  }

  /** What colleagues see beside the member's name. */
  get name() {
    return this.#read().name || suggestedName(this.parts.agent);
  }

  set name(name) {
    this.#write({ name: name.trim() });
  }

  /** Whether somebody said that a test ring was heard here. */
  get heard() {
    return this.#read().heard;
  }

  set heard(heard) {
    this.#write({ heard });
  }

  /** Whether this tab is meant to be reachable; a reload does not change it. */
  get wanted() {
    return this.#isWanted;
  }

  set wanted(on) {
    this.#isWanted = on;
    if (on) attempt(() => this.parts.tab.setItem(this.#wanted, '1'));
    else attempt(() => this.parts.tab.removeItem(this.#wanted));
  }

  /** @returns {Remembered} */
  #read() {
    const text = attempt(() => this.parts.kept.getItem(KEY));
    const found = attempt(() => JSON.parse(text ?? '{}')) ?? {};
    return { name: String(found.name ?? ''), heard: found.heard === true };
  }

  /** @param {Partial<Remembered>} changes */
  #write(changes) {
    attempt(() => this.parts.kept.setItem(KEY, JSON.stringify({ ...this.#read(), ...changes })));
  }
}

/**
 * Browser and system, as far as the browser says.
 * @param {string} agent
 */
export function suggestedName(agent) {
  const browser = agent.match(/Firefox|Edg|Chrome|Safari/)?.[0].replace('Edg', 'Edge') ?? 'Browser';
  const system = agent.match(/Android|iPhone|iPad|Windows|Mac OS|Linux/)?.[0] ?? '';
  return [browser, system].filter(Boolean).join(' · ');
}

/**
 * Storage may be full or forbidden; then nothing is remembered.
 * @template T
 * @param {() => T} run
 * @returns {T | null}
 */
function attempt(run) {
  try {
    return run();
  } catch {
    return null;
  }
}
