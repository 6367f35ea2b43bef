// Finding and filling the parts a template gave us. Text goes in as text, never as markup.

/**
 * @param {ParentNode} root
 * @param {string} name of `data-part`
 * @returns {HTMLElement}
 */
export function part(root, name) {
  const found = maybePart(root, name);
  if (!found) throw new Error(`The page has no part "${name}".`);
  return found;
}

/** @param {ParentNode} root @param {string} name @returns {HTMLElement | null} */
export function maybePart(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** @param {ParentNode} root @param {string} name @returns {HTMLButtonElement} */
export function buttonPart(root, name) {
  return /** @type {HTMLButtonElement} */ (part(root, name));
}

/** @param {Element | null} element @param {string} text sets it, and hides the element when empty */
export function fill(element, text) {
  if (!(element instanceof HTMLElement)) return;
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}

/** @param {HTMLTemplateElement} template @returns {HTMLElement} */
export function copyOf(template) {
  const copy = template.content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error('An empty template.');
  return copy;
}

/** @returns {Element} the one polite status region of the form; outside of what may be hidden */
export function statusRegion() {
  const region = document.querySelector('[data-form-status]');
  if (!region) throw new Error('The page has no status region.');
  return region;
}

/**
 * A button that works once at a time: busy until the promise settles.
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} run
 */
export function onceAtATime(button, run) {
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy') === 'true' || button.disabled) return;
    button.setAttribute('aria-busy', 'true');
    try {
      await run();
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}
