/**
 * The focus never vanishes: when what had it is hidden or taken away, it moves on.
 */

/**
 * @param {(element: Element) => boolean} owns which elements this keeper looks after
 * @param {() => HTMLElement | null | undefined} next where the focus goes instead
 * @returns {() => void} to be called after a change of what is shown
 */
export function keepFocus(owns, next) {
  /** @type {Element | null} */
  let last = null;
  document.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element && owns(target) ? target : null;
  });
  return () => {
    const active = document.activeElement;
    const isElsewhere = active !== last && active !== document.body;
    if (!last || isElsewhere || isShown(last)) return;
    last = null;
    next()?.focus({ preventScroll: true });
  };
}

/** @param {Element} element */
function isShown(element) {
  return element.isConnected && element.checkVisibility();
}
