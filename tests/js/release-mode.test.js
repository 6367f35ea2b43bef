import assert from 'node:assert/strict';
import test from 'node:test';
import { FormSync } from '../../orders/static/orders/js/form-sync.js';
import {
  ReleaseChoice,
  releaseMode,
  releases,
  seenNow,
} from '../../orders/static/orders/js/release-mode.js';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function customer() {
  const sent = [];
  let revision = 0;
  const request = async (type, data) => {
    if (type === 'form.edit') sent.push(data.value);
    revision += 1;
    return { revision, value: data.value };
  };
  const sync = new FormSync({ role: 'customer', request, isOpen: () => true, delay: 5 });
  return { sync, sent };
}

test('each_mode_releases_at_its_moment_and_later [C7]', () => {
  const table = {
    live: [true, true, true],
    leave: [false, true, true],
    send: [false, false, true],
  };
  for (const [mode, wants] of Object.entries(table)) {
    assert.deepEqual(
      ['typed', 'left', 'sent'].map((moment) => releases(mode, moment)),
      wants,
      mode,
    );
  }
});

test('an_unknown_mode_is_as_i_type', () => {
  assert.equal(releaseMode('whatever'), 'live');
});

test('a_choice_for_one_field_leaves_the_others', () => {
  const choice = new ReleaseChoice('leave');
  choice.choose('contact.phone', 'send');
  assert.equal(choice.of('contact.phone'), 'send');
  assert.equal(choice.of('note'), 'leave');
  choice.chooseAll('live');
  assert.equal(choice.of('contact.phone'), 'live');
});

test('as_i_type_sends_while_typing [C7]', async () => {
  const { sync, sent } = customer();
  sync.edit('note', 'a');
  await wait(20);
  assert.deepEqual(sent, ['a']);
});

test('when_i_leave_sends_on_leaving_only [C7]', async () => {
  const { sync, sent } = customer();
  sync.outbox.choice.chooseAll('leave');
  sync.focus('note');
  sync.edit('note', 'a');
  await wait(20);
  assert.deepEqual(sent, []);
  sync.leave('note');
  await wait(5);
  assert.deepEqual(sent, ['a']);
});

test('when_i_send_sends_on_send_only [C7]', async () => {
  const { sync, sent } = customer();
  sync.outbox.choice.chooseAll('send');
  sync.focus('note');
  sync.edit('note', 'a');
  sync.leave('note');
  await wait(20);
  assert.deepEqual(sent, []);
  await sync.outbox.settled();
  assert.deepEqual(sent, ['a']);
});

test('a_composition_is_not_sent_half_way [P4.5]', async () => {
  const { sync, sent } = customer();
  sync.edit('note', '茶');
  sync.outbox.compose('note', true);
  await wait(20);
  assert.deepEqual(sent, []);
  sync.outbox.compose('note', false);
  sync.edit('note', '茶葉');
  await wait(20);
  assert.deepEqual(sent, ['茶葉']);
});

test('it_is_always_said_what_the_other_side_can_see [C7, P3.3]', () => {
  const field = { text: '', value: '', mode: 'live', online: true };
  const seen = (more) => seenNow({ ...field, ...more });
  assert.equal(seen(), 'as-typed');
  assert.equal(seen({ text: '20' }), 'as-typed');
  assert.equal(seen({ text: '20', online: false }), 'none', 'without a connection nothing is seen');
  assert.equal(seen({ mode: 'leave' }), 'as-left');
  assert.equal(seen({ mode: 'send' }), 'as-sent');
  assert.equal(seen({ mode: 'send', text: '20' }), 'none');
  assert.equal(seen({ mode: 'send', text: '20', value: '20' }), 'all');
  assert.equal(seen({ mode: 'leave', text: '20253', value: '20' }), 'old');
});

test('choices_by_field_can_be_kept [C7]', () => {
  const choice = new ReleaseChoice('leave');
  choice.choose('note', 'send');
  assert.deepEqual(choice.own, { note: 'send' });
});
