import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  clockTime,
  endingOf,
  mustStartAnew,
  outcomeOf,
  phaseOf,
} from '../../calls/static/calls/js/call-phases.js';

const known = (changes) => ({
  state: '',
  connection: 'new',
  connectedBefore: false,
  stopCode: 0,
  ...changes,
});

test('every state of a call has its phase', () => {
  const phases = {
    '': 'loading',
    queued: 'queued',
    ringing: 'ringing',
    accepted: 'connecting',
    live: 'connecting',
    completed: 'ended',
    failed: 'ended',
    declined: 'ended',
    missed: 'ended',
    cancelled: 'ended',
    unavailable: 'ended',
  };
  for (const [state, phase] of Object.entries(phases)) {
    assert.equal(phaseOf(known({ state })), phase, state);
  }
});

test('media decide between connecting, live and reconnecting', () => {
  assert.equal(phaseOf(known({ state: 'accepted', connection: 'connected' })), 'live');
  const lost = known({ state: 'live', connection: 'disconnected', connectedBefore: true });
  assert.equal(phaseOf(lost), 'reconnecting');
  assert.equal(phaseOf({ ...lost, connection: 'connected' }), 'live');
});

test('another tab and a refusal are told apart, the end of the call beats both', () => {
  assert.equal(phaseOf(known({ state: 'live', stopCode: 4409 })), 'elsewhere');
  assert.equal(phaseOf(known({ stopCode: 4404 })), 'refused');
  assert.equal(phaseOf(known({ state: 'completed', stopCode: 4409 })), 'ended');
});

test('a completed call says who hung up', () => {
  assert.equal(endingOf('completed', 'customer', 'customer'), 'ended-completed-here');
  assert.equal(endingOf('completed', 'customer', 'merchant'), 'ended-completed-there');
  assert.equal(endingOf('completed', '', 'merchant'), 'ended-completed');
  assert.equal(endingOf('missed', 'system', 'customer'), 'ended-not_answered');
});

test('the browser reads outcomes as the server does', () => {
  const file = new URL('../shared/outcome_vectors.json', import.meta.url);
  for (const { state, reason, outcome } of JSON.parse(readFileSync(file, 'utf8'))) {
    assert.equal(outcomeOf(state, reason), outcome, `${state} ${reason}`);
  }
});

test('a decline with a known reason has words of its own, any other has the plain ones', () => {
  const declined = (reason) => endingOf('declined', 'merchant', 'customer', reason);
  assert.equal(declined('in_a_moment'), 'ended-declined-in_a_moment');
  assert.equal(declined('declined'), 'ended-declined');
  assert.equal(declined('made_up'), 'ended-declined');
});

test('a page that is new in a running call starts media anew', () => {
  assert.equal(mustStartAnew('customer', 'ringing', false), false);
  assert.equal(mustStartAnew('customer', 'accepted', false), true);
  assert.equal(mustStartAnew('customer', 'live', false), true);
  assert.equal(mustStartAnew('merchant', 'accepted', false), false);
  assert.equal(mustStartAnew('merchant', 'accepted', true), true);
  assert.equal(mustStartAnew('merchant', 'live', false), true);
});

test('seconds read as on a clock', () => {
  assert.deepEqual([-5, 7.9, 750, 3723].map(clockTime), ['0:00', '0:07', '12:30', '1:02:03']);
});
