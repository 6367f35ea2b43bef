// Where a floating window may stand. Pure: numbers in, numbers out.

/** @typedef {{x: number, y: number, docked: boolean, minimised: boolean}} Place */
/** @typedef {{width: number, height: number}} Size */

const MARGIN = 8;
const STEP = 24;
const LEAP = 96;

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The nearest place at which the whole window, or at least its bar, is inside the view.
 * @template {{x: number, y: number}} P
 * @param {P} place
 * @param {Size} size of the window
 * @param {Size} view
 * @returns {P}
 */
export function inView(place, size, view) {
  const right = Math.max(MARGIN, view.width - size.width - MARGIN);
  const bottom = Math.max(MARGIN, view.height - size.height - MARGIN);
  const x = Math.min(Math.max(place.x, MARGIN), right);
  const y = Math.min(Math.max(place.y, MARGIN), bottom);
  return { ...place, x, y };
}

/**
 * @param {{x: number, y: number}} place
 * @param {string} key an arrow key's name
 * @param {boolean} [far]
 * @returns {{x: number, y: number} | null} null for any other key
 */
export function nudged({ x, y }, key, far = false) {
  const direction = DIRECTIONS[key];
  if (!direction) return null;
  const step = far ? LEAP : STEP;
  return { x: x + direction[0] * step, y: y + direction[1] * step };
}

/**
 * @param {unknown} kept what was stored, by this or an older version, or by a person
 * @returns {Place | null}
 */
export function placeFrom(kept) {
  const { x, y, docked, minimised } = /** @type {Partial<Place>} */ (kept ?? {});
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  return { x: Number(x), y: Number(y), docked: docked === true, minimised: minimised === true };
}
