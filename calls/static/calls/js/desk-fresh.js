/**
 * Keeps what the server renders on the desk fresh: today's calls, requests, who is online. A frame
 * says that something changed, the page itself is the truth; now and then it looks unasked.
 */

import { renewFragments } from '../../core/js/fragments.js';

/** Milliseconds. Several frames of one moment cost one look. */
const SOON = 250;
const UNASKED = 20_000;

/**
 * @param {{ready: (callback: string) => Promise<unknown>, renewed: () => void}} parts `ready` says
 *   that this member is there for a customer who left a request
 * @returns {() => void} to be called when something changed
 */
export function keepDeskFresh({ ready, renewed }) {
  let pending = false;
  const look = async () => {
    pending = false;
    await renewFragments('data-fragment', { evenFocused: true });
    renewed();
  };
  const freshen = () => {
    if (pending) return;
    pending = true;
    setTimeout(look, SOON);
  };
  setInterval(freshen, UNASKED);
  document.addEventListener('visibilitychange', freshen);
  document.addEventListener('click', async ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-ready]') : null;
    if (!button) return;
    button.setAttribute('aria-busy', 'true');
    await ready(button.getAttribute('data-ready') ?? '');
    button.removeAttribute('aria-busy');
    freshen();
  });
  return freshen;
}
