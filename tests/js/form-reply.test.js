import assert from 'node:assert/strict';
import test from 'node:test';
import { receive } from '../../orders/static/orders/js/form-frames.js';
import { FormSync } from '../../orders/static/orders/js/form-sync.js';

const FIELDS = {
  price: { value: '48.00', author: 'merchant', revision: 2, mark: 'proposed' },
  note: { value: 'Ring twice', author: 'customer', revision: 1, mark: 'proposed' },
};

function merchant() {
  const never = () => new Promise(() => {});
  const sync = new FormSync({ role: 'merchant', request: never, isOpen: () => true, delay: 1 });
  sync.restore({
    form: 'F',
    epoch: '1',
    revision: 2,
    currency: 'EUR',
    state: 'open',
    locale_zone: 'Europe/Vienna',
    fields: structuredClone(FIELDS),
    requests: [],
    confirmations: { customer: null, merchant: 2 },
    order: null,
    reply: null,
    seller: {},
  });
  return sync;
}

test('a value is in question until it changes or the question is dealt with', () => {
  const sync = merchant();
  const reply = { kind: 'query', fields: ['price'], words: '', revision: 2, at: '' };
  receive(sync, { type: 'form.replied', reply });
  assert.equal(sync.view('price').queried, true);
  assert.equal(sync.view('note').queried, false);
  receive(sync, {
    type: 'form.edited',
    field: 'price',
    value: '45.00',
    author: 'merchant',
    revision: 3,
  });
  assert.equal(sync.view('price').queried, false);
  receive(sync, { type: 'form.replied', reply: { ...reply, revision: 3 } });
  assert.equal(sync.view('price').queried, true);
  receive(sync, { type: 'form.replied', reply: null });
  assert.equal(sync.view('price').queried, false);
});

test('a question takes back a confirmation where the server says so', () => {
  const sync = merchant();
  const confirmations = { customer: null, merchant: null };
  receive(sync, { type: 'form.replied', reply: null, confirmations });
  assert.equal(sync.stand, 'none');
});

test('what was undone stands in the box at once, also while one is in it', () => {
  const sync = merchant();
  const told = [];
  sync.focus('price');
  sync.on((event) => told.push(event));
  sync.undone({ field: 'price', value: '50.00', author: 'merchant', revision: 3 });
  assert.equal(sync.view('price').text, '50.00');
  assert.equal(sync.watch.revision, 3);
  assert.ok(told.some(({ key, forced }) => key === 'price' && forced === true));
  sync.outbox.stop();
  sync.leave('price');
});
