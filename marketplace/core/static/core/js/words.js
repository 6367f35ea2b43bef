/**
 * Translated words the server put into the page:
 *   <template data-words><p data-word="calling">Calling {name}</p></template>
 */

/** @type {Map<string, string>} */
const words = new Map();

function load() {
  for (const template of document.querySelectorAll('template[data-words]')) {
    const { content } = /** @type {HTMLTemplateElement} */ (template);
    for (const element of content.querySelectorAll('[data-word]')) {
      const key = element.getAttribute('data-word') ?? '';
      words.set(key, (element.textContent ?? '').replace(/\s+/g, ' ').trim());
    }
  }
}

/**
 * @param {string} key
 * @returns {boolean} whether the page has words under this key
 */
export function hasWord(key) {
  if (!words.size) load();
  return words.has(key);
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] what stands for `{name}` and the like
 */
export function word(key, values = {}) {
  if (!words.size) load();
  const text = words.get(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
