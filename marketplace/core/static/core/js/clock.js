/**
 * Time as a part that can be handed in, so that logic with waits is tested without waiting.
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(ms: number, run: () => void) => () => void} after runs later; returns its cancel
 */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
