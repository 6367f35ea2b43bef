// Price and terms in the merchant's window: the price is locked while lines have prices, the
// customer's proposal stands beside it, the terms are folded until they are used.
/** @import { FormSync } from './form-sync.js' */
/** @import { Names } from './form-types.js' */
import { word } from '../../core/js/words.js';
import { write } from './own-edit.js';
import { fill, part } from './parts.js';
import { takeOf } from './price-proposal.js';
import { amountText, hasLines, totalsOf } from './pricing.js';
import { readableMoney } from './readable.js';

const TERMS = ['discount', 'delivery', 'tax.rate', 'tax.included', 'deposit', 'pay_within'];

/** @param {HTMLElement} root @param {FormSync} sync @param {Names} names */
export function mountPrice(root, sync, names) {
  let unfolded = false;
  const render = () => {
    if (!sync.ready) return;
    renderPrice(root, sync);
    renderProposal(root, sync, names);
    renderTerms(root, sync);
    const used = TERMS.some((key) => sync.values[key]);
    const terms = /** @type {HTMLDetailsElement} */ (part(root, 'terms'));
    // unfolded once by itself; after that the person decides
    if (used && !unfolded) terms.open = true;
    unfolded ||= used;
  };
  part(root, 'proposal-take').addEventListener('click', () => takeOver(root, sync));
  sync.on(({ kind }) => kind !== 'focus' && render());
  sync.on(({ kind }) => kind === 'focus' && sync.ready && renderProposal(root, sync, names));
}

/** @param {HTMLElement} root @param {FormSync} sync */
function renderPrice(root, sync) {
  const summed = hasLines(sync.values);
  const field = /** @type {HTMLElement} */ (root.querySelector('[data-field="price"]'));
  field.hidden = summed;
  part(root, 'price-sum').hidden = !summed;
  const { subtotalMinor } = totalsOf(sync.values, sync.currency);
  part(root, 'price-sum-amount').textContent = money(subtotalMinor, sync);
}

/** @param {HTMLElement} root @param {FormSync} sync @param {Names} names */
function renderProposal(root, sync, names) {
  const text = sync.values['price.proposal'] ?? '';
  const { totalMinor } = totalsOf(sync.values, sync.currency);
  const taken = text === amountText(totalMinor, sync.currency);
  const typing = sync.theirFocus === 'price.proposal';
  const proposal = part(root, 'proposal');
  proposal.hidden = taken || sync.state !== 'open' || (text === '' && !typing);
  proposal.toggleAttribute('data-typing', typing);
  const amount = text ? readableMoney(text, sync.currency) : '…';
  part(root, 'proposal-words').textContent = word('form.proposes', {
    name: names.customer,
    amount,
  });
  part(root, 'proposal-take').hidden = takeOf(sync) === null;
}

/** @param {HTMLElement} root @param {FormSync} sync */
function takeOver(root, sync) {
  const edit = takeOf(sync);
  if (!edit) return;
  write(sync, edit.key, edit.text);
  const box = root.querySelector(`[data-field="${edit.key}"] [data-part="box"]`);
  if (box instanceof HTMLElement) box.focus();
}

/** @param {HTMLElement} root @param {FormSync} sync what the folded terms come to, in a few words */
function renderTerms(root, sync) {
  const { values } = sync;
  const amount = (/** @type {string} */ text) =>
    text.endsWith('%') ? text : readableMoney(text, sync.currency);
  const said = ['discount', 'delivery', 'deposit']
    .filter((key) => values[key])
    .map((key) => word(`form.terms.${key}`, { amount: amount(values[key] ?? '') }));
  if (values['tax.rate']) said.push(word('form.terms.tax', { rate: values['tax.rate'] }));
  fill(part(root, 'terms-words'), said.join(' · '));
}

/** @param {bigint} amount @param {FormSync} sync */
function money(amount, { currency }) {
  return readableMoney(amountText(amount, currency), currency);
}
