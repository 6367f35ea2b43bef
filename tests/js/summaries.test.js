import assert from 'node:assert/strict';
import test from 'node:test';
import './support/static-files.js';

const { summaryOfOrder, summaryOfValues } = await import(
  '../../orders/static/orders/js/summaries.js'
);
const { differs } = await import('../../orders/static/orders/js/summary-view.js');

const form = (values) => ({ values, zone: 'Europe/Berlin', currency: 'EUR', seller: {} });
const of = (values) => summaryOfValues(form(values));

test('a_form_without_lines_is_one_line_of_its_content [C9]', () => {
  const { lines, rows } = of({ content: 'Tasting', price: '48.00' });
  assert.deepEqual(
    lines.map(({ description, detail, total }) => [description, detail, total]),
    [['Tasting', '', '€48.00']],
  );
  assert.equal(rows.total, '€48.00');
  assert.equal(rows.about, '');
  assert.equal(rows.subtotal, '', 'a subtotal that is the total says nothing');
});

test('lines_show_quantity_unit_and_price_and_their_sums [C9, M5]', () => {
  const { lines, rows } = of({
    content: 'For the party',
    'line.1.description': 'Jasmine pearls',
    'line.1.quantity': '2.5',
    'line.1.unit': 'tin',
    'line.1.price': '12.00',
    'line.3.description': 'Cup',
    'line.3.price': '5.00',
    discount: '10%',
    delivery: '4.90',
    'tax.rate': '19',
    'tax.included': 'no',
    deposit: '50%',
  });
  assert.deepEqual(
    lines.map(({ number, detail, total }) => [number, detail, total]),
    [
      [1, '2.5 tin × €12.00', '€30.00'],
      [3, '', '€5.00'],
    ],
  );
  assert.equal(rows.about, 'For the party');
  // 35.00 − 3.50 + 4.90 = 36.40; 19 % on top = 6.92
  assert.deepEqual(
    ['subtotal', 'discount', 'delivery', 'tax', 'tax_added', 'total', 'deposit', 'balance'].map(
      (name) => rows[name],
    ),
    ['€35.00', '−€3.50', '€4.90', '', '€6.92', '€43.32', '€21.66', '€21.66'],
  );
});

const order = {
  seller: {},
  currency: 'EUR',
  content: 'Tasting',
  lines: [
    {
      number: 1,
      description: 'Tasting',
      quantity: '1',
      unit: '',
      total_text: '€48.00',
      photo: null,
      done: false,
    },
  ],
  total_text: '€48.00',
  totals: Object.fromEntries([
    ...['discount', 'delivery', 'tax', 'deposit'].map((name) => [
      name,
      { minor: 0, text: '€0.00' },
    ]),
    ...['subtotal', 'total', 'balance'].map((name) => [name, { minor: 4800, text: '€48.00' }]),
    ['tax_rate', null],
    ['tax_included', true],
  ]),
  time: null,
  address: { line1: 'Gärtnerstraße 9', country: 'DE' },
  note: '',
};

test('a_form_that_says_what_the_order_says_is_no_difference [C10]', () => {
  const values = {
    'line.1.description': 'Tasting',
    'line.1.price': '48.00',
    'address.line1': 'Gärtnerstraße 9',
    'address.country': 'DE',
    'contact.name': 'Lena',
  };
  assert.equal(differs(summaryOfOrder(order), of(values)), false);
  assert.equal(differs(summaryOfOrder(order), of({ ...values, note: 'Ring twice' })), true);
  assert.equal(differs(summaryOfOrder(order), of({ ...values, 'line.1.price': '47.00' })), true);
});
