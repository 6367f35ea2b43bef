import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { digestText, formDigest, valuesOf } from '../../orders/static/orders/js/form-digest.js';

const VECTORS = new URL('../shared/digest_vectors.json', import.meta.url);
const shown = { form: 'F', revision: 7, currency: 'EUR' };

test('the_text_sorts_keys_and_leaves_empty_values_out', () => {
  const values = { price: '48.00', note: '', content: 'Tea "first"\nflush 茶' };
  assert.equal(
    digestText({ ...shown, values }),
    'visavis-form-v1\nF\n7\nEUR\n["content","Tea \\"first\\"\\nflush 茶"]\n["price","48.00"]\n',
  );
});

test('the_digest_is_sha_256_in_hex', async () => {
  const values = { content: 'x' };
  const want = createHash('sha256')
    .update(digestText({ ...shown, values }))
    .digest('hex');
  assert.equal(await formDigest({ ...shown, values }), want);
});

test('another_revision_or_value_gives_another_digest', async () => {
  const one = await formDigest({ ...shown, values: { price: '48.00' } });
  assert.notEqual(await formDigest({ ...shown, revision: 8, values: { price: '48.00' } }), one);
  assert.notEqual(await formDigest({ ...shown, values: { price: '48.01' } }), one);
});

test('values_of_fields_leave_the_empty_ones_out', () => {
  const fields = {
    note: { value: '', author: 'customer', revision: 2 },
    price: { value: '1.00', author: 'merchant', revision: 1 },
  };
  assert.deepEqual(valuesOf(fields), { price: '1.00' });
});

test('both_languages_agree_on_the_shared_examples [M9]', async () => {
  const vectors = JSON.parse(readFileSync(VECTORS, 'utf8'));
  for (const { code, revision, currency, values, digest } of vectors) {
    assert.equal(await formDigest({ form: code, revision, currency, values }), digest);
  }
});
