import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { DeskDevice, suggestedName } from '../../calls/static/calls/js/desk-device.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36';

/** A storage of the browser. */
class Shelf {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => void this.items.set(key, value);
  removeItem = (key) => void this.items.delete(key);
}

let kept;
let tab;

beforeEach(() => {
  kept = new Shelf();
  tab = new Shelf();
});

const device = (parts = {}) =>
  new DeskDevice({ handle: 'tea', kept, tab, agent: CHROME, ...parts });

test('a device that was never named is called after browser and system', () => {
  assert.equal(device().name, 'Chrome · Linux');
  assert.equal(suggestedName('something else'), 'Browser');
});

test('a name survives the tab and comes back as the suggestion when it is emptied', () => {
  device().name = '  Counter left ';
  assert.equal(device({ tab: new Shelf() }).name, 'Counter left');
  device().name = ' ';
  assert.equal(device().name, 'Chrome · Linux');
});

test('that a ring was heard is remembered for the device, the switch for the tab alone', () => {
  const one = device();
  one.heard = true;
  one.wanted = true;
  const other = device({ tab: new Shelf() });
  assert.deepEqual([other.heard, other.wanted], [true, false]);
  assert.deepEqual([device().heard, device().wanted], [true, true]);
  one.wanted = false;
  assert.equal(device().wanted, false);
});

test('name and heard do not overwrite each other', () => {
  const one = device();
  one.name = 'Counter';
  one.heard = true;
  assert.deepEqual([one.name, one.heard], ['Counter', true]);
});

test('the switch of one merchant is not the switch of another', () => {
  device().wanted = true;
  assert.equal(device({ handle: 'bicycle' }).wanted, false);
});

test('without storage, or with nonsense in it, the desk works and forgets', () => {
  const broken = {
    getItem: () => {
      throw new Error('denied');
    },
    setItem: () => {
      throw new Error('full');
    },
  };
  const one = device({ kept: broken, tab: broken });
  one.name = 'x';
  one.wanted = true;
  assert.deepEqual([one.name, one.heard, one.wanted], ['Chrome · Linux', false, true]);
  kept.setItem('visavis:desk-device', '{nonsense');
  assert.equal(device().name, 'Chrome · Linux');
});
