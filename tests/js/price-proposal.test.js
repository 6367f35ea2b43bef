import assert from 'node:assert/strict';
import test from 'node:test';
import { takeOf } from '../../orders/static/orders/js/price-proposal.js';

const of = (values) => takeOf({ values, currency: 'EUR' });
const lines = { 'line.1.description': 'Rug', 'line.1.price': '50.00' };

test('a proposal taken over becomes the price', () => {
  assert.deepEqual(of({ price: '48.00', 'price.proposal': '40.00' }), {
    key: 'price',
    text: '40.00',
  });
});

test('over lines it becomes a discount on them, never a change of their prices', () => {
  assert.deepEqual(of({ ...lines, 'price.proposal': '42.50' }), { key: 'discount', text: '7.50' });
  assert.equal(of({ ...lines, 'price.proposal': '60.00' }), null);
});

test('without a proposal there is nothing to take over', () => {
  assert.equal(of({ price: '48.00' }), null);
});
