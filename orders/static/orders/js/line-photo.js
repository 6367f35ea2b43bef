// The picture of a line: a still from the merchant's own camera, or a file. The server makes it small.
/** @import { FormSync } from './form-sync.js' */
import { word } from '../../core/js/words.js';
import { write } from './own-edit.js';
import { part } from './parts.js';
import { keepPhoto, stillOf } from './photo-still.js';
import { problemWords } from './problem.js';

export class LinePhoto {
  #root;
  #sync;
  #number;
  #problem;
  #key;
  #open;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{number: number, problem: (words: string) => void}} options
   */
  constructor(root, sync, { number, problem }) {
    this.#root = root;
    this.#sync = sync;
    this.#number = number;
    this.#problem = problem;
    this.#key = `line.${number}.photo`;
    this.#open = part(root, 'photo-open');
    this.#open.addEventListener('click', () =>
      this.#show(part(root, 'photo-menu').hasAttribute('hidden')),
    );
    // away from the call there is no running camera
    part(root, 'photo-still').hidden = document.querySelector('#own-video') === null;
    part(root, 'photo-still').addEventListener('click', () => this.#still());
    part(root, 'photo-file').addEventListener('click', () => this.#input.click());
    part(root, 'photo-away').addEventListener('click', () => this.#choose(''));
    this.#input.addEventListener('change', () => this.#keep(this.#input.files?.[0]));
    root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || part(root, 'photo-menu').hidden) return;
      event.stopPropagation();
      this.#show(false);
      this.#open.focus();
    });
    root.addEventListener('focusout', ({ relatedTarget: to }) => {
      if (to instanceof Node && !root.contains(to)) this.#show(false);
    });
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (part(this.#root, 'photo-input'));
  }

  /** @param {boolean} shown */
  #show(shown) {
    part(this.#root, 'photo-menu').hidden = !shown;
    this.#open.setAttribute('aria-expanded', String(shown));
    if (!shown) return;
    const first = part(this.#root, 'photo-menu').querySelector('button:not([hidden])');
    if (first instanceof HTMLElement) first.focus();
  }

  async #still() {
    const still = await stillOf(document.querySelector('#own-video'));
    if (still) await this.#keep(still);
    else this.#problem(word('form.problem.no_camera'));
  }

  /** @param {Blob | undefined} picture */
  async #keep(picture) {
    this.#input.value = '';
    if (!picture) return;
    this.#open.setAttribute('aria-busy', 'true');
    this.#problem('');
    try {
      const { photo } = await keepPhoto(this.#sync.form, picture);
      this.#choose(photo);
    } catch (error) {
      this.#problem(problemWords(error));
    } finally {
      this.#open.removeAttribute('aria-busy');
    }
  }

  /** @param {string} code */
  #choose(code) {
    write(this.#sync, this.#key, code);
    this.#show(false);
    this.#open.focus();
    this.render();
  }

  render() {
    const code = this.#sync.view(this.#key).text;
    const number = this.#number;
    const image = /** @type {HTMLImageElement} */ (part(this.#root, 'photo-image'));
    const shown = image.dataset.photo ?? '';
    if (shown !== code && code) image.src = `/photos/${encodeURIComponent(code)}/`;
    image.dataset.photo = code;
    image.hidden = code === '';
    part(this.#root, 'photo-away').hidden = code === '';
    const name = code ? 'form.photo' : 'form.photo_add';
    this.#open.setAttribute('aria-label', word(name, { number }));
    this.#open.toggleAttribute('disabled', this.#sync.state !== 'open');
  }
}
