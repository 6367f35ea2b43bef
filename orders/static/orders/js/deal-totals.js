// What the form comes to, row by row: only the rows that say something.
import { word } from '../../core/js/words.js';
import { fill, part } from './parts.js';
import { amountText, hasLines, totalsOf } from './pricing.js';
import { readableMoney } from './readable.js';

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} values
 * @param {string} currency
 * @returns {string} the total in words, empty while there is none
 */
export function renderTotals(root, values, currency) {
  if (!currency) return '';
  const totals = totalsOf(values, currency);
  const money = (/** @type {bigint} */ amount) =>
    readableMoney(amountText(amount, currency), currency);
  const { discountMinor, deliveryMinor, taxMinor, taxRate, depositMinor, balanceMinor } = totals;
  const more = discountMinor > 0n || deliveryMinor > 0n || (taxRate !== null && taxMinor > 0n);
  const rows = {
    subtotal: more ? money(totals.subtotalMinor) : '',
    discount: discountMinor > 0n ? `−${money(discountMinor)}` : '',
    delivery: deliveryMinor > 0n ? money(deliveryMinor) : '',
    tax: taxMinor > 0n ? money(taxMinor) : '',
  };
  for (const [name, text] of Object.entries(rows)) row(root, name, text);
  part(root, 'totals').hidden = !more;
  const tax = totals.taxIncluded ? 'form.sum.tax_in' : 'form.sum.tax_on';
  part(root, 'tax-words').textContent = word(tax, { rate: taxRate ?? '' });
  part(root, 'deposit').hidden = depositMinor === 0n;
  fill(part(root, 'deposit-amount'), money(depositMinor));
  fill(part(root, 'balance-amount'), money(balanceMinor));
  return totals.totalMinor > 0n || values.price || hasLines(values) ? money(totals.totalMinor) : '';
}

/** @param {HTMLElement} root @param {string} name @param {string} text empty hides the row */
function row(root, name, text) {
  const found = root.querySelector(`[data-sum="${name}"]`);
  if (!(found instanceof HTMLElement)) return;
  found.hidden = text === '';
  fill(found.querySelector('dd'), text);
}
