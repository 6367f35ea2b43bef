import assert from 'node:assert/strict';
import test from 'node:test';
import { topicsOf } from '../../orders/static/orders/js/order-topics.js';

test('a_line_a_group_and_a_field_are_one_topic_each [C10]', () => {
  const topics = topicsOf({
    note: 'Ring twice',
    'address.city': 'Hamburg',
    'address.line1': 'Gärtnerstraße 9',
    'line.2.price': '5',
    'line.2.description': 'Cup',
    'line.10.price': '1',
    'tax.rate': '19',
    'time.zone': 'Europe/Berlin',
    content: 'Tea',
    discount: '',
  });
  assert.deepEqual(topics, [
    { name: 'content', keys: ['content'] },
    { name: 'line.2', keys: ['line.2.description', 'line.2.price'] },
    { name: 'line.10', keys: ['line.10.price'] },
    { name: 'tax.rate', keys: ['tax.rate'] },
    { name: 'address', keys: ['address.city', 'address.line1'] },
    { name: 'note', keys: ['note'] },
  ]);
});
