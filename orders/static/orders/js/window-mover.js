// A window one can drag by its bar, push with arrow keys or buttons, dock and minimise. Its place is kept.
/** @import { Store } from './form-types.js' */
/** @import { Place } from './window-place.js' */
import { inView, nudged, placeFrom } from './window-place.js';

/** Height of the window, in pixels, that stays in view. */
const LEAST = 320;

export class WindowMover {
  #root;
  #store;
  #wide = window.matchMedia('(width >= 800px)');
  /** @type {Place | null} null until it was moved: then the style sheet decides */ #place;

  /** @param {HTMLElement} root with parts marked by `data-window` @param {Store} store */
  constructor(root, store) {
    this.#root = root;
    this.#store = store;
    this.#place = placeFrom(store.get('place'));
    this.#drag(this.#find('bar'));
    this.#find('dock').addEventListener('click', () => this.#toggle('docked'));
    this.#find('minimise').addEventListener('click', () => this.#toggle('minimised'));
    this.#listenToKeys();
    window.addEventListener('resize', () => this.show());
    this.show();
  }

  /** Put the window where it belongs in the view there is. */
  show() {
    const place = this.#place;
    const root = this.#root;
    root.classList.toggle('window--docked', place?.docked === true);
    root.classList.toggle('window--minimised', place?.minimised === true);
    this.#find('dock').setAttribute('aria-pressed', String(place?.docked === true));
    this.#find('minimise').setAttribute('aria-expanded', String(place?.minimised !== true));
    if (!place || !this.#wide.matches || root.hidden) return;
    const { x, y } = inView(place, this.#size(), this.#view());
    root.style.setProperty('--x', `${x}px`);
    root.style.setProperty('--y', `${y}px`);
    root.style.setProperty('--x-end', 'auto');
  }

  /** The view without the call's controls: the window never lies over them. */
  #view() {
    const bar = document.querySelector('.call__bar')?.getBoundingClientRect().height ?? 0;
    return { width: window.innerWidth, height: window.innerHeight - bar };
  }

  /** It shrinks when it is moved down, to this at least. */
  #size() {
    const { width, height } = this.#root.getBoundingClientRect();
    return { width, height: Math.min(height, LEAST) };
  }

  /** @returns {Place} */
  #now() {
    const { x, y } = this.#root.getBoundingClientRect();
    return { x, y, docked: false, minimised: false, ...this.#place };
  }

  /** @param {Partial<Place>} change */
  #keep(change) {
    this.#place = { ...this.#now(), ...change };
    this.#store.set('place', this.#place);
    this.show();
  }

  /** @param {'docked' | 'minimised'} what */
  #toggle(what) {
    this.#keep({ [what]: !this.#now()[what] });
  }

  /** @param {{x: number, y: number}} to */
  #moveTo(to) {
    this.#keep({ ...inView(to, this.#size(), this.#view()), docked: false });
  }

  /** @param {HTMLElement} bar */
  #drag(bar) {
    bar.addEventListener('pointerdown', (event) => {
      const onButton = event.target instanceof Element && event.target.closest('button');
      if (onButton || !this.#wide.matches || event.button !== 0) return;
      const { x, y } = this.#root.getBoundingClientRect();
      const grip = { x: event.clientX - x, y: event.clientY - y };
      bar.setPointerCapture(event.pointerId);
      const move = (/** @type {PointerEvent} */ to) =>
        this.#moveTo({ x: to.clientX - grip.x, y: to.clientY - grip.y });
      bar.addEventListener('pointermove', move);
      const stop = () => bar.removeEventListener('pointermove', move);
      bar.addEventListener('lostpointercapture', stop, { once: true });
    });
  }

  /** Arrow keys on the move button, and a button for each direction (no dragging needed). */
  #listenToKeys() {
    const pad = this.#find('pad');
    const mover = this.#find('move');
    mover.addEventListener('click', () => {
      pad.hidden = !pad.hidden;
      mover.setAttribute('aria-expanded', String(!pad.hidden));
    });
    const push = (/** @type {string} */ key, /** @type {boolean} */ far) => {
      const { x, y } = this.#root.getBoundingClientRect();
      const to = nudged({ x, y }, key, far);
      if (to) this.#moveTo(to);
      return to !== null;
    };
    mover.addEventListener('keydown', (event) => {
      if (push(event.key, event.shiftKey)) event.preventDefault();
    });
    pad.addEventListener('click', (event) => {
      const button = event.target instanceof Element && event.target.closest('button');
      if (button) push(button.dataset.push ?? '', true);
    });
  }

  /** @param {string} name @returns {HTMLElement} */
  #find(name) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`[data-window="${name}"]`));
  }
}
