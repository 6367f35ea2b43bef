import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isPaid,
  isPayable,
  stepOf,
  troubleOf,
} from '../../orders/static/orders/js/payment-steps.js';
import { occasion } from '../../orders/static/orders/js/sheet-occasions.js';
import {
  askedFields,
  openRequests,
  sheetView,
  sorted,
} from '../../orders/static/orders/js/sheet-views.js';

const request = (name, more = {}) => ({
  request: name,
  fields: ['address.city'],
  choices: {},
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

test('a_declined_field_is_no_longer_asked [P3.5]', () => {
  const both = request('a', { fields: ['address.city', 'note'], declined: { note: 'no' } });
  assert.deepEqual(askedFields(both), ['address.city']);
});

test('what_is_for_later_waits_until_it_is_taken_up_or_asked_again [P3.5]', () => {
  const later = request('a', { put_off: true });
  assert.equal(sheetView(now({ requests: [later] })), 'draft');
  assert.equal(sheetView(now({ requests: [later], taken: new Set(['a']) })), 'request');
  const both = sorted([later, request('b')]);
  assert.deepEqual([both.now.length, both.later.length], [1, 1]);
});

test('an_order_that_is_being_changed_gives_way_to_the_form [C10, P1.7]', () => {
  const changing = order({ revising: true });
  assert.equal(sheetView(now({ order: changing })), 'draft');
  assert.equal(sheetView(now({ order: changing, stand: 'theirs' })), 'confirm');
  assert.equal(sheetView(now({ paying: true, order: changing })), 'pay');
});

const moment = (more = {}) => ({
  view: 'draft',
  stand: 'none',
  revision: 7,
  order: null,
  request: undefined,
  ...more,
});

test('the_sheet_comes_up_once_for_each_thing_that_is_new [C6, P3.2]', () => {
  assert.equal(occasion(moment()), '');
  const asked = moment({ view: 'request', request: request('a') });
  assert.equal(occasion(asked), 'request a 0');
  const again = moment({ view: 'request', request: request('a', { reminders: 1 }) });
  assert.equal(occasion(again), 'request a 1', 'a reminder is new');
  assert.equal(occasion(moment({ view: 'confirm', stand: 'theirs' })), 'confirm 7');
  assert.equal(occasion(moment({ view: 'confirm', stand: 'mine' })), '');
  const placed = order({ code: 'O', revision: 9 });
  assert.equal(occasion(moment({ view: 'order', order: placed })), 'order O 9');
  const changing = order({ code: 'O', revising: true });
  assert.equal(occasion(moment({ order: changing })), 'revising O');
});

test('nothing_brings_the_sheet_up_while_one_pays [P6.1]', () => {
  const paying = { view: 'pay', stand: 'theirs', request: request('a', { reminders: 2 }) };
  assert.equal(occasion(moment({ ...paying, order: order({ revising: true }) })), '');
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
