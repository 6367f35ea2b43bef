import assert from 'node:assert/strict';
import test from 'node:test';
import { receive } from '../../orders/static/orders/js/form-frames.js';
import { FormSync } from '../../orders/static/orders/js/form-sync.js';
import { memoryStore } from '../../orders/static/orders/js/page-store.js';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits for a state, not for a time: a busy machine only makes it slower. */
async function until(holds, what = holds.toString()) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (holds()) return;
    await wait(5);
  }
  throw new Error(`never came: ${what}`);
}

/** Until both screens stand at the server's revision with nothing on its way. */
async function calm({ server, customer, merchant }) {
  await until(() =>
    [customer, merchant].every(
      (side) => side.sync.outbox.size === 0 && side.sync.watch.revision === server.revision,
    ),
  );
}

/** A server of one form, with the rules of the real one that the client relies on. */
class Server {
  fields = {};
  revision = 0;
  confirmations = { customer: null, merchant: null };
  ops = new Map();
  sides = [];

  snapshot() {
    return {
      type: 'form.snapshot',
      form: 'F',
      epoch: '1',
      revision: this.revision,
      currency: 'EUR',
      state: 'open',
      locale_zone: 'Europe/Vienna',
      fields: structuredClone(this.fields),
      requests: [],
      confirmations: { ...this.confirmations },
      order: null,
      seller: {},
    };
  }

  edit(role, { op, field, value, base }) {
    const done = this.ops.get(op);
    if (done) return { ...done, again: true };
    if (value === 'refuse me') throw Object.assign(new Error('No.'), { code: 'field_malformed' });
    const before = this.fields[field];
    const clash = before && base < before.revision && before.value !== value;
    const replaced = clash ? { value: before.value, author: before.author } : null;
    this.revision += 1;
    this.confirmations = { customer: null, merchant: null };
    this.fields[field] = { value, author: role, revision: this.revision };
    const reply = { revision: this.revision, value, replaced };
    this.ops.set(op, reply);
    const frame = {
      type: 'form.edited',
      field,
      value,
      author: role,
      revision: this.revision,
      op,
      replaced,
    };
    for (const side of this.sides) if (side.role !== role) side.deliver(frame);
    return reply;
  }
}

/** One browser: a socket that can be cut, and frames that arrive later. */
class Side {
  constructor(server, role, { delay = 5, latency = 0, store = memoryStore() } = {}) {
    Object.assign(this, { server, role, latency, open: true, edits: [], loseReply: false });
    this.sync = new FormSync({
      role,
      store,
      delay,
      patience: 20,
      isOpen: () => this.open,
      request: (type, data) => this.request(type, data),
    });
    server.sides.push(this);
    this.join();
  }

  join() {
    receive(this.sync, this.server.snapshot());
  }

  async request(type, data) {
    const lost = Object.assign(new Error('gone'), { code: 'connection_lost' });
    if (!this.open) throw Object.assign(new Error('offline'), { code: 'offline' });
    if (this.latency) await wait(this.latency);
    if (!this.open) throw lost;
    if (type === 'form.sync') return this.server.snapshot();
    if (type !== 'form.edit') return {};
    this.edits.push(data);
    const reply = this.server.edit(this.role, data);
    if (this.loseReply) {
      this.open = false;
      throw lost;
    }
    return reply;
  }

  deliver(frame) {
    if (this.open) setTimeout(() => this.open && receive(this.sync, frame), this.latency);
  }

  back() {
    this.open = true;
    this.loseReply = false;
    this.join();
  }

  text(key) {
    return this.sync.view(key).text;
  }
}

function pair(options) {
  const server = new Server();
  const customer = new Side(server, 'customer', options);
  const merchant = new Side(server, 'merchant', options);
  return { server, customer, merchant };
}

test('keystrokes_within_the_delay_become_one_edit [P4.1]', async () => {
  const table = pair({ delay: 20 });
  const { customer, merchant } = table;
  for (const text of ['L', 'Li', 'Lin', 'Lind']) customer.sync.edit('address.line1', text);
  await calm(table);
  assert.deepEqual(
    customer.edits.map((edit) => edit.value),
    ['Lind'],
  );
  assert.equal(merchant.text('address.line1'), 'Lind');
});

test('an_edit_is_shown_before_it_is_acknowledged', () => {
  const { customer } = pair({ latency: 50 });
  customer.sync.edit('note', 'ring twice');
  assert.equal(customer.text('note'), 'ring twice');
});

test('typing_faster_than_the_answers_never_clashes_with_oneself', async () => {
  const table = pair({ latency: 15, delay: 1 });
  const { customer, merchant } = table;
  for (let i = 1; i <= 12; i += 1) {
    customer.sync.edit('note', 'x'.repeat(i));
    await wait(4);
  }
  await calm(table);
  assert.equal(merchant.text('note'), 'x'.repeat(12));
  assert.equal(customer.sync.view('note').clash, null);
  assert.equal(merchant.sync.view('note').clash, null);
});

test('a_remote_value_for_the_focused_field_waits_as_chip [P4.1, M7]', async () => {
  const table = pair();
  const { customer, merchant } = table;
  merchant.sync.focus('note');
  merchant.sync.edit('note', 'mine');
  await calm(table);
  customer.sync.edit('note', 'theirs');
  await calm(table);
  const { clash, mark } = merchant.sync.view('note');
  assert.deepEqual(
    { ...clash, passing: undefined },
    { theirs: 'theirs', mine: 'mine', by: 'customer', passing: undefined },
  );
  assert.equal(mark, 'disputed');
});

test('a_chip_keeps_the_box_while_the_other_side_types_on [P4.1]', async () => {
  const table = pair();
  const { customer, merchant } = table;
  merchant.sync.focus('note');
  merchant.sync.edit('note', '+49');
  await calm(table);
  for (const text of ['+49 4', '+49 40', '+49 40 1']) {
    customer.sync.edit('note', text);
    await calm(table);
  }
  const { clash } = merchant.sync.view('note');
  assert.equal(clash.mine, '+49');
  assert.equal(clash.theirs, '+49 40 1');
  merchant.sync.choose('note', 'mine');
  await calm(table);
  assert.equal(customer.text('note'), '+49');
});

test('leaving_a_box_one_only_looked_at_lets_the_newer_value_in', async () => {
  const table = pair();
  const { customer, merchant } = table;
  merchant.sync.focus('note');
  customer.sync.edit('note', 'new');
  await calm(table);
  assert.equal(merchant.sync.view('note').clash.theirs, 'new');
  merchant.sync.leave('note');
  assert.equal(merchant.sync.view('note').clash, null);
  assert.equal(merchant.text('note'), 'new');
});

test('two_edits_at_once_converge_and_the_loser_is_shown [P4.4]', async () => {
  const table = pair({ latency: 10 });
  const { customer, merchant } = table;
  customer.sync.edit('note', 'from the customer');
  merchant.sync.edit('note', 'from the merchant');
  await calm(table);
  assert.equal(customer.text('note'), merchant.text('note'));
  const shown = [customer, merchant].map((side) => side.sync.view('note').clash).filter(Boolean);
  assert.ok(shown.length >= 1, 'the lost value stands somewhere as a chip');
});

for (const which of ['theirs', 'mine']) {
  test(`taking_${which}_settles_the_chip_on_both_screens`, async () => {
    const table = pair({ latency: 5 });
    const { customer, merchant } = table;
    customer.sync.edit('note', 'a');
    merchant.sync.edit('note', 'b');
    await calm(table);
    const side = merchant.sync.view('note').clash ? merchant : customer;
    const want = side.sync.view('note').clash[which];
    side.sync.choose('note', which);
    await calm(table);
    assert.equal(customer.text('note'), want);
    assert.equal(merchant.text('note'), want);
    assert.equal(side.sync.view('note').clash, null);
  });
}

test('an_edit_without_an_answer_is_sent_again_under_its_own_op_and_counts_once [P6.3]', async () => {
  const table = pair();
  const { server, customer, merchant } = table;
  customer.loseReply = true;
  customer.sync.edit('address.city', 'Graz');
  await until(() => !customer.open);
  customer.back();
  await calm(table);
  const ops = new Set(customer.edits.map((edit) => edit.op));
  assert.equal(customer.edits.length, 2);
  assert.equal(ops.size, 1);
  assert.equal(server.revision, 1);
  assert.equal(merchant.text('address.city'), 'Graz');
  assert.equal(customer.sync.outbox.size, 0);
});

test('what_is_typed_offline_is_sent_once_after_the_reconnect [P6.3]', async () => {
  const table = pair();
  const { server, customer, merchant } = table;
  customer.open = false;
  for (const text of ['8', '80', '801', '8010']) customer.sync.edit('address.postal_code', text);
  await wait(30);
  assert.equal(server.revision, 0);
  customer.back();
  await calm(table);
  assert.equal(server.revision, 1);
  assert.equal(merchant.text('address.postal_code'), '8010');
});

test('what_is_typed_survives_a_reload [C16]', async () => {
  const server = new Server();
  const store = memoryStore();
  const before = new Side(server, 'customer', { store });
  before.open = false;
  before.sync.edit('note', 'kept');
  server.sides.length = 0;
  const after = new Side(server, 'customer', { store });
  assert.equal(after.text('note'), 'kept');
  await until(() => server.fields.note?.value === 'kept');
  assert.equal(server.fields.note.value, 'kept');
});

test('a_gap_in_the_revisions_asks_for_a_snapshot [A9]', async () => {
  const table = pair();
  const { server, customer, merchant } = table;
  merchant.deliver = () => {};
  customer.sync.edit('note', 'unheard');
  await until(() => customer.sync.outbox.size === 0);
  delete merchant.deliver;
  customer.sync.edit('contact.name', 'Lena');
  await calm(table);
  assert.equal(merchant.text('note'), 'unheard');
  assert.equal(merchant.sync.watch.revision, server.revision);
});

test('a_heartbeat_ahead_of_us_asks_for_a_snapshot [A9]', async () => {
  const table = pair();
  const { customer, merchant } = table;
  merchant.deliver = () => {};
  customer.sync.edit('note', 'unheard');
  await until(() => customer.sync.outbox.size === 0);
  receive(merchant.sync, { type: 'heartbeat', epoch: '1', revision: 1 });
  await calm(table);
  assert.equal(merchant.text('note'), 'unheard');
});

test('frames_out_of_order_need_no_snapshot', async () => {
  const { merchant } = pair();
  let asked = 0;
  merchant.sync.resync = () => (asked += 1);
  const frame = (revision, value) => ({
    type: 'form.edited',
    field: 'note',
    value,
    author: 'customer',
    revision,
  });
  receive(merchant.sync, frame(2, 'second'));
  receive(merchant.sync, frame(1, 'first'));
  await wait(50);
  assert.equal(asked, 0);
  assert.equal(merchant.text('note'), 'second');
  assert.equal(merchant.sync.watch.revision, 2);
});

test('a_refused_value_stays_in_the_box_with_its_error [P2.3]', async () => {
  const { customer } = pair();
  customer.sync.edit('contact.email', 'refuse me');
  await until(() => customer.sync.hasErrors);
  const { text, error } = customer.sync.view('contact.email');
  assert.equal(text, 'refuse me');
  assert.equal(error.code, 'field_malformed');
  await assert.rejects(customer.sync.shown(), { code: 'field_refused' });
  customer.sync.edit('contact.email', 'lena@example.org');
  assert.equal(customer.sync.view('contact.email').error, null);
});

test('an_edit_drops_the_confirmation_and_says_what_changed [P1.7, P5.3, C9]', async () => {
  const table = pair();
  const { server, customer, merchant } = table;
  merchant.sync.edit('content', 'First flush');
  await calm(table);
  for (const side of [customer, merchant]) {
    receive(side.sync, { type: 'form.confirmed', confirmations: { customer: 1, merchant: 1 } });
  }
  assert.equal(customer.sync.stand, 'both');
  customer.sync.edit('note', 'by Friday');
  await calm(table);
  assert.equal(server.revision, 2);
  assert.equal(merchant.sync.stand, 'none');
  assert.deepEqual(merchant.sync.changed, ['note']);
  assert.deepEqual(customer.sync.changed, ['note']);
});

test('any_interleaving_with_cuts_converges [P4.4]', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    let state = seed;
    const random = (below) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const { server, customer, merchant } = pair({ delay: 1, latency: 1 });
    for (let step = 0; step < 20; step += 1) {
      const side = random(2) ? customer : merchant;
      const key = ['note', 'content', 'address.city'][random(3)];
      const move = random(6);
      if (move < 3) side.sync.edit(key, `${side.role} ${step}`);
      else if (move === 3) side.sync.focus(key);
      else if (move === 4 && side.sync.focused) side.sync.leave(side.sync.focused);
      else side.open = false;
      if (random(3) === 0) await wait(1);
      if (!side.open && random(2)) side.back();
    }
    for (const side of [customer, merchant]) {
      if (!side.open) side.back();
      if (side.sync.focused) side.sync.leave(side.sync.focused);
    }
    await until(() => customer.sync.outbox.size + merchant.sync.outbox.size === 0, `seed ${seed}`);
    for (const side of [customer, merchant]) {
      receive(side.sync, { type: 'heartbeat', epoch: '1', revision: server.revision });
    }
    await calm({ server, customer, merchant });
    for (const key of ['note', 'content', 'address.city']) {
      const truth = server.fields[key]?.value ?? '';
      assert.equal(customer.text(key), truth, `customer ${key}, seed ${seed}`);
      assert.equal(merchant.text(key), truth, `merchant ${key}, seed ${seed}`);
    }
  }
});
