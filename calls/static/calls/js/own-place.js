/**
 * Where the own picture stands: in one of four corners, clear of what must not be covered. Pure.
 */

/** @typedef {'top-start' | 'top-end' | 'bottom-start' | 'bottom-end'} Corner */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {{width: number, height: number}} Size */

/** @type {Corner[]} in the order in which they are tried */
const CORNERS = ['top-end', 'bottom-start', 'top-start', 'bottom-end'];
export const MARGIN = 12;

/**
 * @param {unknown} value as kept by the browser
 * @returns {Corner}
 */
export function cornerFrom(value) {
  return CORNERS.find((corner) => corner === value) ?? 'top-end';
}

/**
 * @param {{x: number, y: number}} point where the picture was let go
 * @param {Size} view
 * @returns {Corner}
 */
export function nearestCorner(point, view) {
  return corner(point.y > view.height / 2, point.x > view.width / 2);
}

/**
 * @param {Corner} from
 * @param {string} key an arrow key's name
 * @returns {Corner | null} null for any other key
 */
export function cornerByKey(from, key) {
  const low = from.startsWith('bottom');
  const end = from.endsWith('end');
  if (key === 'ArrowUp' || key === 'ArrowDown') return corner(key === 'ArrowDown', end);
  if (key === 'ArrowLeft' || key === 'ArrowRight') return corner(low, key === 'ArrowRight');
  return null;
}

/** @param {Corner} from @returns {Corner} the next one clockwise, for a press without a direction */
export function nextCorner(from) {
  /** @type {Record<Corner, Corner>} */
  const next = {
    'top-start': 'top-end',
    'top-end': 'bottom-end',
    'bottom-end': 'bottom-start',
    'bottom-start': 'top-start',
  };
  return next[from];
}

/**
 * The wished corner, moved along its edge past what lies there; another corner where that
 * leads too far.
 * @param {Corner} wish
 * @param {Size} size of the picture
 * @param {Size} view
 * @param {Box[]} obstacles controls, sheets, chips
 * @returns {{x: number, y: number, corner: Corner}}
 */
export function settle(wish, size, view, obstacles) {
  for (const at of [wish, ...CORNERS.filter((one) => one !== wish)]) {
    const box = slide(at, size, view, obstacles);
    if (box) return { x: box.x, y: box.y, corner: at };
  }
  const { x, y } = start(wish, size, view);
  return { x, y, corner: wish };
}

/**
 * @param {Corner} at
 * @param {Size} size
 * @param {Size} view
 * @param {Box[]} obstacles
 * @returns {Box | null} null when that would leave the corner's half of the view
 */
function slide(at, size, view, obstacles) {
  const low = at.startsWith('bottom');
  const box = start(at, size, view);
  for (let step = 0; step <= obstacles.length; step += 1) {
    const hit = obstacles.find((one) => overlap(box, one));
    if (!hit) break;
    box.y = low ? hit.y - MARGIN - box.height : hit.y + hit.height + MARGIN;
  }
  if (obstacles.some((one) => overlap(box, one))) return null;
  const inside = box.y >= MARGIN && box.y + box.height <= view.height - MARGIN;
  return inside ? box : null;
}

/**
 * @param {Corner} at
 * @param {Size} size
 * @param {Size} view
 * @returns {Box}
 */
function start(at, size, view) {
  const x = at.endsWith('end') ? view.width - size.width - MARGIN : MARGIN;
  const y = at.startsWith('bottom') ? view.height - size.height - MARGIN : MARGIN;
  return { x, y, ...size };
}

/** @param {boolean} low @param {boolean} end */
function corner(low, end) {
  return /** @type {Corner} */ (`${low ? 'bottom' : 'top'}-${end ? 'end' : 'start'}`);
}

/** @param {Box} one @param {Box} two */
function overlap(one, two) {
  return (
    one.x < two.x + two.width &&
    two.x < one.x + one.width &&
    one.y < two.y + two.height &&
    two.y < one.y + one.height
  );
}
