// The fields as the server has them, and what stands beside them on this screen: clashes and errors.
/** @import { Confirmations, FormField, Mark, Role } from './form-types.js' */
import { FieldClashes } from './field-clashes.js';

/** @type {FormField} */
const NOTHING = { value: '', author: '', revision: 0 };

export class FieldBook {
  /** @type {Record<string, FormField>} */ all = {};
  /** @type {Map<string, {code: string, message: string, text: string}>} */ errors = new Map();
  /** @type {Map<string, string>} key to code: what keeps the form from being confirmed */ wanting =
    new Map();
  clashes = new FieldClashes();
  role;

  /** @param {Role} role */
  constructor(role) {
    this.role = role;
  }

  /** @param {string} key @returns {FormField} */
  of(key) {
    return this.all[key] ?? NOTHING;
  }

  /** @param {string} key @param {FormField} field kept unless a newer one is known */
  keep(key, field) {
    if (field.revision > this.of(key).revision) this.all[key] = field;
  }

  /**
   * The other side's value arrived: a box one is in, or with unsent text, keeps its own.
   * @param {string} key
   * @param {FormField} remote
   * @param {{inside: boolean, typed?: string, lost?: string}} local
   */
  meet(key, remote, { inside, typed, lost }) {
    const known = this.of(key);
    if (remote.author === this.role || remote.revision <= known.revision) return;
    const busy = inside || typed !== undefined;
    const box = typed ?? known.value;
    this.clashes.meet(key, remote, { box, busy, typed: typed !== undefined, lost });
  }

  /** @param {string} key @param {Confirmations} confirmations @returns {Mark} */
  mark(key, confirmations) {
    const { value, author, revision, mark } = this.of(key);
    if (this.clashes.of(key)) return 'disputed';
    if (value === '') return 'empty';
    const seen = confirmations[author === 'customer' ? 'merchant' : 'customer'];
    if (seen !== null && seen >= revision) return 'agreed';
    return mark === 'disputed' ? 'disputed' : 'proposed';
  }
}
