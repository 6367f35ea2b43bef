// From the values of a form to its lines and its total, in integer minor units: the same sums as
// `orders/pricing.py`, checked against the same vectors. Whole numbers only, rounded half up. Pure.

const LINES = 20;
const PARTS = /** @type {const} */ (['description', 'quantity', 'unit', 'price', 'photo']);
/** A quantity has at most three decimals, a percentage too. */
const THOUSAND = 1000n;

/** @typedef {Readonly<Record<string, string>>} Values */
/** @typedef {{number: number, description: string, quantity: string, unit: string, unitPriceMinor: bigint, totalMinor: bigint, photo: string}} Line */
/** @typedef {{currency: string, subtotalMinor: bigint, discountMinor: bigint, deliveryMinor: bigint, taxRate: string | null, taxIncluded: boolean, taxMinor: bigint, totalMinor: bigint, depositMinor: bigint, balanceMinor: bigint}} Totals */

/** @param {number} number from 1 @param {string} name of the part */
export function lineKey(number, name) {
  return `line.${number}.${name}`;
}

/** @param {Values} values @param {string} currency @returns {Line[]} the lines that say anything */
export function linesOf(values, currency) {
  return used(values).map(({ number, parts }) => {
    const unitPriceMinor = minor(parts.price, currency);
    const quantity = parts.quantity || '1';
    const totalMinor = rounded(scaled(quantity, 3) * unitPriceMinor, THOUSAND);
    const { description, unit, photo } = parts;
    return { number, description, quantity, unit, unitPriceMinor, totalMinor, photo };
  });
}

/** @param {Values} values @returns {boolean} the price is the sum of lines: one of them has a price */
export function hasLines(values) {
  return used(values).some(({ parts }) => parts.price !== '');
}

/**
 * What the form comes to as it stands; what is missing counts as nothing. A discount is never more
 * than the subtotal, a deposit never more than the total.
 * @param {Values} values
 * @param {string} currency
 * @returns {Totals}
 */
export function totalsOf(values, currency) {
  const subtotalMinor = subtotal(values, currency);
  const discountMinor = least(share(values.discount, subtotalMinor, currency), subtotalMinor);
  const deliveryMinor = minor(values.delivery, currency);
  const taxRate = values['tax.rate'] || null;
  const taxIncluded = values['tax.included'] !== 'no';
  const net = subtotalMinor - discountMinor + deliveryMinor;
  const taxMinor = tax(net, taxRate, taxIncluded);
  const totalMinor = taxIncluded ? net : net + taxMinor;
  const depositMinor = least(share(values.deposit, totalMinor, currency), totalMinor);
  return {
    currency,
    subtotalMinor,
    discountMinor,
    deliveryMinor,
    taxRate,
    taxIncluded,
    taxMinor,
    totalMinor,
    depositMinor,
    balanceMinor: totalMinor - depositMinor,
  };
}

/** @param {bigint} amount in minor units @param {string} currency @returns {string} as typed into a field, such as `48.00` */
export function amountText(amount, currency) {
  const decimals = decimalsOf(currency);
  const digits = String(amount).padStart(decimals + 1, '0');
  if (decimals === 0) return digits;
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Must not be left to Intl: it knows other decimals for some currencies than the payment does. */
const ZERO = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '));
const THREE = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** @param {string} currency */
export function decimalsOf(currency) {
  if (ZERO.has(currency)) return 0;
  return THREE.has(currency) ? 3 : 2;
}

/** @param {Values} values */
function used(values) {
  return Array.from({ length: LINES }, (_, index) => {
    const number = index + 1;
    const entries = PARTS.map((name) => [name, values[lineKey(number, name)] ?? '']);
    const parts = /** @type {Record<typeof PARTS[number], string>} */ (Object.fromEntries(entries));
    return { number, parts };
  }).filter(({ parts }) => PARTS.some((name) => parts[name] !== ''));
}

/** @param {Values} values @param {string} currency */
function subtotal(values, currency) {
  if (!hasLines(values)) return minor(values.price, currency);
  return linesOf(values, currency).reduce((sum, line) => sum + line.totalMinor, 0n);
}

/** @param {bigint} net @param {string | null} rate @param {boolean} included */
function tax(net, rate, included) {
  if (rate === null) return 0n;
  const part = scaled(rate, 3);
  const whole = 100n * THOUSAND;
  return rounded(net * part, included ? whole + part : whole);
}

/** @param {string | undefined} text an amount, or a part of `whole` in percent @param {bigint} whole @param {string} currency */
function share(text, whole, currency) {
  if (!text?.endsWith('%')) return minor(text, currency);
  return rounded(whole * scaled(text.slice(0, -1), 3), 100n * THOUSAND);
}

/** @param {string | undefined} text @param {string} currency */
function minor(text, currency) {
  return text ? scaled(text, decimalsOf(currency)) : 0n;
}

/** @param {string} text canonical, such as `1.5` @param {number} decimals @returns {bigint} the number times ten to the decimals */
function scaled(text, decimals) {
  const found = /^(\d+)(?:\.(\d*))?$/.exec(text);
  if (!found) return 0n;
  const part = (found[2] ?? '').slice(0, decimals).padEnd(decimals, '0');
  return BigInt(`${found[1]}${part}`);
}

/** @param {bigint} above not negative @param {bigint} below @returns {bigint} the quotient, half up */
function rounded(above, below) {
  return (2n * above + below) / (2n * below);
}

/** @param {bigint} one @param {bigint} other */
function least(one, other) {
  return one < other ? one : other;
}
