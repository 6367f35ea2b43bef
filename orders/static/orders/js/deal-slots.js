// Which lines of the form are in use, and where a set of values goes: line numbers are only places. Pure.

export const LINES = 20;
export const LINE_PARTS = ['description', 'quantity', 'unit', 'price', 'photo'];

/** @param {string} key @returns {number} of the line a field belongs to, 0 for none */
export function lineOf(key) {
  return Number(/^line\.(\d+)\./.exec(key)?.[1] ?? 0);
}

/** @param {Iterable<string>} keys with a value @returns {number[]} lines that say anything, in order */
export function usedLines(keys) {
  const numbers = new Set([...keys].map(lineOf));
  numbers.delete(0);
  return [...numbers].sort((one, other) => one - other);
}

/** @param {number[]} used @returns {number} the next free line after the last one, else a gap, 0 when full */
export function freeLine(used) {
  const next = Math.max(0, ...used) + 1;
  if (next <= LINES) return next;
  return Array.from({ length: LINES }, (_, index) => index + 1).find((n) => !used.includes(n)) ?? 0;
}

/**
 * Lines of a template go to free places; other fields only where nothing stands.
 * @param {Record<string, string>} values of the template, by field key
 * @param {Record<string, string>} standing values of the form
 * @returns {Record<string, string> | null} what to write, by field key; null when there is no room
 */
export function placed(values, standing) {
  /** @type {Record<string, string>} */
  const edits = {};
  const used = usedLines(Object.keys(standing));
  for (const from of usedLines(Object.keys(values).filter((key) => values[key]))) {
    const to = freeLine(used);
    if (to === 0) return null;
    used.push(to);
    for (const part of LINE_PARTS) {
      const text = values[`line.${from}.${part}`];
      if (text) edits[`line.${to}.${part}`] = text;
    }
  }
  for (const [key, text] of Object.entries(values)) {
    if (lineOf(key) === 0 && text && !standing[key]) edits[key] = text;
  }
  return edits;
}
