import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { amountText, hasLines, linesOf, totalsOf } from '../../orders/static/orders/js/pricing.js';

const lines = {
  'line.1.description': 'Cheese',
  'line.1.quantity': '1.5',
  'line.1.price': '3.33',
  'line.4.description': 'Bread',
  'line.4.price': '2.00',
};

test('a line is its quantity times its price, rounded once and half up', () => {
  assert.deepEqual(
    linesOf(lines, 'EUR').map(({ number, totalMinor }) => [number, totalMinor]),
    [
      [1, 500n],
      [4, 200n],
    ],
  );
});

test('the price counts only while no line has one', () => {
  assert.equal(totalsOf({ price: '48.00' }, 'EUR').totalMinor, 4800n);
  assert.equal(totalsOf({ ...lines, price: '48.00' }, 'EUR').totalMinor, 700n);
  assert.equal(hasLines({ 'line.1.description': 'Cheese' }), false);
});

test('tax inside the price is taken out of it, tax on top is added', () => {
  const inside = totalsOf({ price: '119.00', 'tax.rate': '19' }, 'EUR');
  assert.deepEqual([inside.taxMinor, inside.totalMinor], [1900n, 11900n]);
  const above = totalsOf({ price: '100.00', 'tax.rate': '7.7', 'tax.included': 'no' }, 'EUR');
  assert.deepEqual([above.taxMinor, above.totalMinor], [770n, 10770n]);
});

test('discount, delivery and deposit, as amounts or in percent, with 0 and 3 decimals', () => {
  const yen = totalsOf({ price: '1005', discount: '50%', delivery: '300', deposit: '30%' }, 'JPY');
  assert.deepEqual([yen.discountMinor, yen.totalMinor, yen.depositMinor], [503n, 802n, 241n]);
  const dinar = totalsOf({ price: '1.500', discount: '9.000' }, 'KWD');
  assert.deepEqual([dinar.discountMinor, dinar.totalMinor], [1500n, 0n]);
});

test('an amount is written with the currency’s own decimals', () => {
  const texts = [amountText(5n, 'EUR'), amountText(4800n, 'JPY'), amountText(1500n, 'KWD')];
  assert.deepEqual(texts, ['0.05', '4800', '1.500']);
});

test('every vector of the server comes out the same here', () => {
  const file = new URL('../shared/pricing_vectors.json', import.meta.url);
  for (const { name, values, currency, lines: expected, totals } of JSON.parse(
    readFileSync(file, 'utf8'),
  )) {
    const found = totalsOf(values, currency);
    for (const [key, amount] of Object.entries(totals)) {
      const camel = key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
      const value = found[/** @type {keyof typeof found} */ (camel)];
      assert.equal(String(value), String(amount), `${name}: ${key}`);
    }
    const all = linesOf(values, currency).map((line) => Number(line.totalMinor));
    assert.deepEqual(all, expected, name);
  }
});
