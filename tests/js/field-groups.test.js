import assert from 'node:assert/strict';
import test from 'node:test';
import { ASKABLE, gathered } from '../../orders/static/orders/js/field-groups.js';

test('a whole group goes by its name, a part of it field by field', () => {
  assert.deepEqual(gathered(['note', ...(ASKABLE.contact ?? [])]), ['contact', 'note']);
  assert.deepEqual(gathered(['contact.phone', 'address.city']), ['address.city', 'contact.phone']);
});

test('a field nobody can be asked for keeps its own name', () => {
  assert.deepEqual(gathered(['tax.rate', 'content']), ['content', 'tax.rate']);
});
