import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SidePanels } from '../../calls/static/calls/js/side-panels.js';

function panels(narrow) {
  const made = new SidePanels();
  made.fit(narrow);
  return made;
}

test('on a wide screen both are seen', () => {
  const made = panels(false);
  made.orderShown(true, false);
  made.pressText();
  assert.deepEqual([made.isSeen('order'), made.isSeen('text'), made.hidden], [true, true, '']);
});

test('on a phone the one opened last is in front, the other is kept behind', () => {
  const made = panels(true);
  made.orderShown(true, false);
  made.pressText();
  assert.equal(made.hidden, 'order');
  assert.equal(made.pressOrder(), false);
  assert.equal(made.hidden, 'text');
  made.pressText();
  assert.equal(made.hidden, 'order');
});

test('pressing the control of what is in front closes it', () => {
  const made = panels(true);
  made.pressText();
  made.pressText();
  assert.equal(made.text, false);
  made.orderShown(true, false);
  assert.equal(made.pressOrder(), true);
});

test('an order that comes up while a line is written waits behind, and is marked', () => {
  const made = panels(true);
  made.pressText();
  made.orderShown(true, true);
  assert.deepEqual([made.hidden, made.orderWaits], ['order', true]);
  made.pressOrder();
  assert.deepEqual([made.hidden, made.orderWaits], ['text', false]);
});

test('nobody writing, the order comes to the front', () => {
  const made = panels(true);
  made.pressText();
  made.orderShown(true, false);
  assert.deepEqual([made.hidden, made.orderWaits], ['text', false]);
});

test('turning the phone brings both back', () => {
  const made = panels(true);
  made.orderShown(true, false);
  made.pressText();
  made.fit(false);
  assert.equal(made.hidden, '');
});
