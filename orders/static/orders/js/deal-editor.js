// What the merchant alone edits in a form, in the call and at the desk: lines, price, terms, items.
/** @import { FormSync } from './form-sync.js' */
/** @import { Names } from './form-types.js' */
import { DealLines } from './deal-lines.js';
import { mountPrice } from './deal-price.js';
import { ItemPicker } from './item-picker.js';

/**
 * @param {HTMLElement} root
 * @param {FormSync} sync
 * @param {{names: Names, say: (words: string) => void, problem: (words: string) => void}} options
 * @returns {DealLines}
 */
export function mountDeal(root, sync, { names, say, problem }) {
  const lines = new DealLines(root, sync, { names, say, problem });
  mountPrice(root, sync, names);
  new ItemPicker(root, sync, { handle: root.dataset.handle ?? '', lines, say, problem });
  return lines;
}
