import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionFor } from '../../calls/static/calls/js/shortcut-keys.js';

const press = (code, more = {}) => ({
  ...{ code, altKey: true, ctrlKey: false, metaKey: false, shiftKey: false },
  ...more,
});
const body = { tagName: 'BODY' };

test('with Alt a key stands for its control, whatever letter the system makes of it', () => {
  assert.equal(actionFor(press('KeyM', { key: 'µ' }), body, true), 'microphone');
  assert.equal(actionFor(press('KeyT'), body, true), 'text');
  assert.equal(actionFor(press('KeyZ'), body, true), null);
});

test('a single letter never does anything', () => {
  for (const code of ['KeyM', 'KeyC', 'KeyO', 'KeyT', 'KeyK', 'Slash']) {
    assert.equal(actionFor(press(code, { altKey: false }), body, true), null);
  }
});

test('other combinations belong to the browser', () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }]) {
    assert.equal(actionFor(press('KeyM', more), body, true), null);
  }
});

test('while typing they are off', () => {
  for (const tagName of ['INPUT', 'TEXTAREA', 'SELECT']) {
    assert.equal(actionFor(press('KeyM'), { tagName }, true), null);
  }
  assert.equal(actionFor(press('KeyM'), { tagName: 'DIV', isContentEditable: true }, true), null);
  assert.equal(actionFor(press('KeyM', { isComposing: true }), body, true), null);
});

test('switched off they are off', () => {
  assert.equal(actionFor(press('KeyM'), body, false), null);
});
