/**
 * The own picture on the stage: shown, mirrored, and moved to a corner by pointer, press or key.
 * It never lies under or over the controls, a sheet, or the chips.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';
import { cornerByKey, cornerFrom, nearestCorner, nextCorner, settle } from './own-place.js';

const KEY = 'visavis:own-corner';
/** Pixels a pointer may tremble in a press. */
const TREMBLE = 6;
const OBSTACLES =
  '.call__bar, .sheet, .window, .stage__chips, .stage__banner, .stage__problem, .offer';

export class OwnPicture {
  #tile = need('#own', HTMLElement);
  #video = need('#own-video', HTMLVideoElement);
  #mover = need('#own-move', HTMLButtonElement);
  #status = need('#call-status', HTMLElement);
  #corner = cornerFrom(localStorage.getItem(KEY));
  /** @type {number | undefined} */
  #frame;

  /** @param {HTMLElement} room */
  constructor(room) {
    this.room = room;
    this.#mover.addEventListener('keydown', (event) => this.#key(event));
    this.#mover.addEventListener('click', () => this.#move(nextCorner(this.#corner)));
    this.#drag();
    const soon = () => this.#soon();
    const sizes = new ResizeObserver(soon);
    for (const element of [room, ...this.#obstacles()]) sizes.observe(element);
    sizes.observe(this.#tile);
    const attributeFilter = ['hidden', 'style', 'class', 'data-sheet', 'data-hidden-panel'];
    new MutationObserver(soon).observe(room, { subtree: true, attributeFilter });
  }

  /**
   * @param {MediaStreamTrack | null} track what goes out
   * @param {boolean} mirrored
   */
  show(track, mirrored) {
    this.#video.srcObject = track ? new MediaStream([track]) : null;
    this.#tile.hidden = !track;
    this.#video.classList.toggle('own--mirrored', mirrored);
    this.#tile.classList.toggle('own--screen', track !== null && !mirrored);
    this.#soon();
  }

  #obstacles() {
    return [...this.room.querySelectorAll(OBSTACLES)];
  }

  /** @param {import('./own-place.js').Corner} corner */
  #move(corner) {
    this.#corner = corner;
    localStorage.setItem(KEY, corner);
    this.#place();
    this.#status.textContent = word(`own-${corner}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const corner = cornerByKey(this.#corner, event.key);
    if (!corner) return;
    event.preventDefault();
    this.#move(corner);
  }

  /** Once before the next drawing, however many things have moved. */
  #soon() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#place();
    });
  }

  #place() {
    const { width, height } = this.#tile.getBoundingClientRect();
    if (!width) return;
    const stage = need('.stage', HTMLElement).getBoundingClientRect();
    const boxes = this.#obstacles().map((element) => element.getBoundingClientRect());
    const obstacles = boxes
      .filter((box) => box.width > 0 && box.height > 0)
      .map(({ x, y, width, height }) => ({ x: x - stage.x, y: y - stage.y, width, height }));
    const { x, y, corner } = settle(this.#corner, { width, height }, stage, obstacles);
    const { style, dataset } = this.#tile;
    // only what is new: this very change is among those that are watched
    if (style.left !== `${x}px`) style.left = `${x}px`;
    if (style.top !== `${y}px`) style.top = `${y}px`;
    if (dataset.corner !== corner) dataset.corner = corner;
  }

  #drag() {
    const mover = this.#mover;
    let moved = false;
    mover.addEventListener('pointerdown', (down) => {
      if (down.button !== 0) return;
      const { left, top } = this.#tile.style;
      const at = { x: Number.parseFloat(left), y: Number.parseFloat(top) };
      moved = false;
      const follow = (/** @type {PointerEvent} */ { clientX, clientY }) => {
        const [x, y] = [clientX - down.clientX, clientY - down.clientY];
        moved ||= Math.hypot(x, y) > TREMBLE;
        if (moved) this.#tile.style.translate = `${x}px ${y}px`;
      };
      const drop = (/** @type {PointerEvent} */ { clientX, clientY }) => {
        mover.removeEventListener('pointermove', follow);
        this.#tile.style.translate = '';
        if (!moved) return;
        const { width, height } = this.#tile.getBoundingClientRect();
        const x = at.x + width / 2 + clientX - down.clientX;
        const y = at.y + height / 2 + clientY - down.clientY;
        this.#move(nearestCorner({ x, y }, this.room.getBoundingClientRect()));
      };
      mover.setPointerCapture(down.pointerId);
      mover.addEventListener('pointermove', follow);
      mover.addEventListener('lostpointercapture', drop, { once: true });
    });
    // the click that ends a drag is not a press
    mover.addEventListener('click', (event) => moved && event.stopImmediatePropagation(), true);
  }
}
