// Where a page keeps what must survive its reload: the tab's own storage, or memory where that is refused.
/** @import { Store } from './form-types.js' */

/** @returns {Store} */
export function memoryStore() {
  const kept = new Map();
  return { get: (name) => kept.get(name), set: (name, value) => void kept.set(name, value) };
}

/** @param {Storage} storage @param {string} prefix @returns {Store} */
function storageStore(storage, prefix) {
  return {
    get: (name) => JSON.parse(storage.getItem(`${prefix}.${name}`) ?? 'null') ?? undefined,
    set: (name, value) => storage.setItem(`${prefix}.${name}`, JSON.stringify(value)),
  };
}

/**
 * @param {'sessionStorage' | 'localStorage'} kind
 * @param {string} prefix
 * @returns {Store}
 */
export function pageStore(kind, prefix) {
  try {
    const storage = globalThis[kind];
    storage.setItem('visavis.probe', '1');
    storage.removeItem('visavis.probe');
    return storageStore(storage, `visavis.${prefix}`);
  } catch {
    return memoryStore();
  }
}
