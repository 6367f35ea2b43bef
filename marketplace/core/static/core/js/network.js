/**
 * Call `run` whenever the way to the server may have changed: back online, another link,
 * back from the background, from a browser's sleep or from the page cache.
 * @param {() => void} run
 * @returns {() => void} stops listening
 */
export function onNetworkChange(run) {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') run();
  };
  const whenRestored = (/** @type {PageTransitionEvent} */ event) => {
    if (event.persisted) run();
  };
  /** @type {EventTarget | undefined} */
  const link = Reflect.get(navigator, 'connection');
  window.addEventListener('online', run);
  window.addEventListener('pageshow', whenRestored);
  document.addEventListener('visibilitychange', whenVisible);
  document.addEventListener('resume', run);
  link?.addEventListener?.('change', run);
  return () => {
    window.removeEventListener('online', run);
    window.removeEventListener('pageshow', whenRestored);
    document.removeEventListener('visibilitychange', whenVisible);
    document.removeEventListener('resume', run);
    link?.removeEventListener?.('change', run);
  };
}

/**
 * The address of one of our sockets, from the page's own origin.
 * @param {string} path
 */
export function socketUrl(path) {
  return `${location.protocol.replace('http', 'ws')}//${location.host}${path}`;
}
