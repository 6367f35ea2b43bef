import assert from 'node:assert/strict';
import test from 'node:test';
import './support/static-files.js';

const { isKept, offersFor } = await import('../../orders/static/orders/js/known-values.js');

const HOME = { 'address.line1': 'Gärtnerstraße 9', 'address.city': 'Hamburg' };
const LENA = { 'contact.name': 'Lena', 'contact.phone': '+49 40 1' };
const known = [
  { id: '2', values: { ...HOME, ...LENA } },
  { id: '1', values: { 'address.city': 'Bremen' } },
];
const nothing = () => '';

test('only_what_is_asked_is_offered [C8, P3.4]', () => {
  const offers = offersFor(known, ['address.city', 'note'], nothing);
  assert.deepEqual(
    offers.map(({ id, keys }) => [id, keys]),
    [
      ['2', ['address.city']],
      ['1', ['address.city']],
    ],
  );
});

test('two_kept_sets_that_offer_the_same_are_one_offer [C8]', () => {
  const twice = [known[0], { id: '0', values: { ...HOME, note: 'old' } }];
  assert.equal(offersFor(twice, ['address.line1', 'address.city'], nothing).length, 1);
});

test('what_stands_there_already_is_not_offered [C8]', () => {
  const there = (key) => HOME[key] ?? '';
  const asked = ['address.line1', 'address.city'];
  assert.deepEqual(
    offersFor(known, asked, there).map(({ id }) => id),
    ['1'],
  );
});

test('only_addresses_and_contacts_are_kept [C8]', () => {
  assert.deepEqual(['address.city', 'contact.phone', 'note', 'content'].map(isKept), [
    true,
    true,
    false,
    false,
  ]);
});
