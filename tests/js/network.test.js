import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onNetworkChange } from '../../marketplace/core/static/core/js/network.js';

const page = new EventTarget();
const frame = new EventTarget();

const link = new EventTarget();
const made = { document: page, window: frame, navigator: { connection: link } };
const former = new Map();

before(() => {
  for (const [name, value] of Object.entries(made)) {
    former.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
});

after(() => {
  for (const [name, old] of former) {
    Reflect.deleteProperty(globalThis, name);
    if (old) Object.defineProperty(globalThis, name, old);
  }
});

function happens(target, type, facts = {}) {
  target.dispatchEvent(Object.assign(new Event(type), facts));
}

test('every way back to the network is told, a page that goes away is not', () => {
  let told = 0;
  const forget = onNetworkChange(() => {
    told += 1;
  });
  happens(frame, 'online');
  happens(page, 'resume');
  happens(frame, 'pageshow', { persisted: true });
  page.visibilityState = 'visible';
  happens(page, 'visibilitychange');
  happens(link, 'change');
  assert.equal(told, 5);
  page.visibilityState = 'hidden';
  happens(page, 'visibilitychange');
  happens(frame, 'pageshow', { persisted: false });
  assert.equal(told, 5);
  forget();
  for (const type of ['online', 'pageshow']) happens(frame, type, { persisted: true });
  happens(page, 'resume');
  happens(link, 'change');
  assert.equal(told, 5);
});
