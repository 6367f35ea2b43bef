import assert from 'node:assert/strict';
import test from 'node:test';
import { freeLine, placed, usedLines } from '../../orders/static/orders/js/deal-slots.js';

const all = Array.from({ length: 20 }, (_, index) => index + 1);

test('the next line is the one after the last, then a gap, then none', () => {
  assert.equal(freeLine([]), 1);
  assert.equal(freeLine([1, 3]), 4);
  assert.equal(freeLine(all.filter((number) => number !== 7)), 7);
  assert.equal(freeLine(all), 0);
});

test('a line is used when any part of it says something', () => {
  assert.deepEqual(usedLines(['line.10.unit', 'price', 'line.2.price', 'line.2.unit']), [2, 10]);
});

test('lines of a template go behind those that are there, part by part', () => {
  const template = { 'line.1.description': 'Tea', 'line.1.price': '4.00', 'line.2.price': '1.00' };
  assert.deepEqual(placed(template, { 'line.3.description': 'Cake' }), {
    'line.4.description': 'Tea',
    'line.4.price': '4.00',
    'line.5.price': '1.00',
  });
});

test('what already stands in another field is not replaced by a template', () => {
  const values = { content: 'Usual box', note: 'Ring twice' };
  assert.deepEqual(placed(values, { content: 'Something else' }), { note: 'Ring twice' });
});

test('without room for every line nothing is written', () => {
  const full = Object.fromEntries(all.map((number) => [`line.${number}.price`, '1.00']));
  assert.equal(placed({ 'line.1.description': 'Tea' }, full), null);
});
