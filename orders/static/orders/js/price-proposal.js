// What it takes to make the customer's proposal the price. Pure.
import { amountText, hasLines, totalsOf } from './pricing.js';

/**
 * @param {{values: Record<string, string>, currency: string}} form
 * @returns {{key: string, text: string} | null} the edit that makes the proposal count
 */
export function takeOf({ values, currency }) {
  const text = values['price.proposal'] ?? '';
  if (text === '') return null;
  if (!hasLines(values)) return { key: 'price', text };
  // lines keep their prices: what is asked for less is a discount on them
  const { subtotalMinor } = totalsOf(values, currency);
  const proposed = totalsOf({ price: text }, currency).totalMinor;
  if (proposed >= subtotalMinor) return null;
  return { key: 'discount', text: amountText(subtotalMinor - proposed, currency) };
}
