import assert from 'node:assert/strict';
import test from 'node:test';
import { FocusHint } from '../../orders/static/orders/js/focus-hint.js';

const settle = () => new Promise((done) => setTimeout(done, 40));

function hint({ fails = false } = {}) {
  const told = [];
  const send = async (field) => {
    told.push(field);
    if (fails) throw new Error('offline');
  };
  return { told, one: new FocusHint(send, 5) };
}

test('going through sixty boxes tells only where one stops', async () => {
  const { told, one } = hint();
  for (let box = 0; box < 60; box += 1) {
    one.at(null);
    one.at(`field ${box}`);
  }
  await settle();
  assert.deepEqual(told, ['field 59']);
});

test('leaving is told, and staying is not told twice', async () => {
  const { told, one } = hint();
  one.at('price');
  await settle();
  one.at(null);
  one.at('price');
  await settle();
  one.at(null);
  await settle();
  assert.deepEqual(told, ['price', null]);
});

test('a hint that cannot be sent disturbs nobody', async () => {
  const { told, one } = hint({ fails: true });
  one.at('price');
  await settle();
  assert.deepEqual(told, ['price']);
});
