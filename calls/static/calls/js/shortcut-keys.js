/**
 * Keys that stand for controls: always with Alt, never while typing, switched off at will. Pure.
 * The key's place counts, not its letter: with Alt, some systems make other letters of it.
 */

/** @typedef {'microphone' | 'camera' | 'order' | 'text' | 'keys'} Action */

/** @type {Record<string, Action>} */
const KEYS = { KeyM: 'microphone', KeyC: 'camera', KeyO: 'order', KeyT: 'text', KeyK: 'keys' };
const WRITING = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

/**
 * @param {{code: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, isComposing?: boolean, repeat?: boolean}} event
 * @param {{tagName?: string, isContentEditable?: boolean} | null} target what has the focus
 * @param {boolean} on whether the person wants shortcuts
 * @returns {Action | null}
 */
export function actionFor(event, target, on) {
  const plainAlt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!on || !plainAlt || event.isComposing || event.repeat) return null;
  if (target?.isContentEditable || WRITING.has(target?.tagName ?? '')) return null;
  return KEYS[event.code] ?? null;
}
