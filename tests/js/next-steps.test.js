import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { stepsOf } from '../../calls/static/calls/js/next-steps.js';

const file = new URL('../shared/outcome_vectors.json', import.meta.url);
const outcomes = JSON.parse(readFileSync(file, 'utf8')).map(({ outcome }) => outcome);

test('every outcome leads somewhere, and back to the storefront', () => {
  for (const outcome of outcomes) {
    assert.equal(stepsOf(outcome).at(-1), 'storefront', outcome);
  }
});

test('who was not reached is offered a request first', () => {
  for (const outcome of ['not_answered', 'busy', 'nobody_there', 'closed', 'waited_too_long']) {
    assert.equal(stepsOf(outcome)[0], 'request', outcome);
  }
});

test('who was lost or gave up calls again first', () => {
  for (const outcome of ['lost', 'cancelled']) assert.equal(stepsOf(outcome)[0], 'again', outcome);
});

test('a reason of the merchant decides what comes first', () => {
  assert.equal(stepsOf('declined', 'in_a_moment')[0], 'again');
  assert.deepEqual(stepsOf('declined', 'leave_request'), ['request', 'storefront']);
  assert.equal(stepsOf('declined', 'declined')[0], 'request');
});

test('a blocked caller is offered nothing but the way out', () => {
  assert.deepEqual(stepsOf('blocked'), ['storefront']);
});
