import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isPaid,
  isPayable,
  stepOf,
  troubleOf,
} from '../../orders/static/orders/js/payment-steps.js';
import { askedGroups, openRequests, sheetView } from '../../orders/static/orders/js/sheet-views.js';

const request = (name, more = {}) => ({
  request: name,
  groups: ['address'],
  hint: '',
  state: 'sent',
  ...more,
});
const order = (more = {}) => ({ state: 'awaiting_payment', paid_at: null, payment: null, ...more });
const now = (more = {}) => ({ paying: false, order: null, stand: 'none', requests: [], ...more });

test('a_request_opens_the_input_window [P6.1]', () => {
  assert.equal(sheetView(now({ requests: [request('a')] })), 'request');
});

test('a_request_waits_while_the_payment_panel_is_open [P6.1]', () => {
  assert.equal(sheetView(now({ paying: true, requests: [request('a')] })), 'pay');
});

test('what_the_merchant_confirmed_comes_before_an_open_request', () => {
  assert.equal(sheetView(now({ stand: 'theirs', requests: [request('a')] })), 'confirm');
});

test('an_order_comes_before_everything_but_the_payment', () => {
  assert.equal(
    sheetView(now({ order: order(), stand: 'theirs', requests: [request('a')] })),
    'order',
  );
});

test('an_answered_or_recalled_request_is_not_shown', () => {
  const requests = [request('a', { state: 'answered' }), request('b', { state: 'recalled' })];
  assert.equal(sheetView(now({ requests })), 'draft');
});

test('two_requests_are_shown_in_the_order_they_were_sent [P3.2]', () => {
  const requests = [
    request('late', { sent_at: '2026-11-22T15:02' }),
    request('early', { sent_at: '2026-11-22T15:01' }),
  ];
  assert.deepEqual(
    openRequests(requests).map((found) => found.request),
    ['early', 'late'],
  );
});

test('a_declined_group_is_no_longer_asked [P3.5]', () => {
  const both = request('a', { groups: ['address', 'contact'], declined: { contact: 'no' } });
  assert.deepEqual(askedGroups(both), ['address']);
});

test('only_the_server_makes_an_order_paid [P5.5, C13]', () => {
  assert.equal(isPaid(order({ payment: { state: 'processing', stage: 'processing' } })), false);
  assert.equal(isPaid(order({ state: 'paid' })), true);
  assert.equal(isPaid(order({ paid_at: '2026-11-22T15:00' })), true);
});

test('a_declined_card_leaves_the_order_payable [P5.7]', () => {
  const declined = order({ payment: { state: 'open', stage: 'declined' } });
  assert.equal(isPayable(declined), true);
  assert.equal(troubleOf(declined), 'declined');
  assert.equal(stepOf(declined), 'opened');
});

test('while_the_bank_checks_a_second_payment_cannot_begin [C13]', () => {
  assert.equal(isPayable(order({ payment: { state: 'processing', stage: 'processing' } })), false);
});

test('a_cancelled_or_paid_order_is_not_payable', () => {
  assert.equal(isPayable(order({ state: 'cancelled' })), false);
  assert.equal(isPayable(order({ state: 'paid', paid_at: 'x' })), false);
});
