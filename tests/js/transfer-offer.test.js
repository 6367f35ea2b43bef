import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { TransferOffer } from '../../calls/static/calls/js/transfer-offer.js';
import { settle } from './support/clock.js';
import { refusal, TestSignals } from './support/signals.js';

const TOMAS = { member: '7', name: 'Tomás', state: 'free' };
let socket;
let offer;

beforeEach(() => {
  socket = new TestSignals();
  socket.answers['colleagues.list'] = { colleagues: [TOMAS] };
  socket.answers['transfer.offer'] = { transfer: 'T1', until: 'soon' };
  offer = new TransferOffer(socket);
});

test('an offer waits for the colleague and says what became of it', async () => {
  for (const state of ['declined', 'expired']) {
    await offer.offer(TOMAS, ' likes oolong ');
    assert.deepEqual([offer.stage, offer.name, offer.until], ['waiting', 'Tomás', 'soon']);
    socket.say('transfer.closed', { state, to: 'Tomás' });
    assert.equal(offer.stage, state);
  }
  assert.deepEqual(socket.asked('transfer.offer')[0], { member: '7', note: 'likes oolong' });
});

test('an answer that is faster than the reply is not lost', async () => {
  let reply;
  socket.answers['transfer.offer'] = () => new Promise((done) => (reply = done));
  const asked = offer.offer(TOMAS, '');
  socket.say('transfer.closed', { state: 'declined', to: 'Tomás' });
  reply({ transfer: 'T1', until: 'soon' });
  await asked;
  assert.equal(offer.stage, 'declined');
});

test('a colleague who has just become busy is said, and the list is read again', async () => {
  socket.answers['transfer.offer'] = refusal('colleague_unavailable');
  await offer.offer(TOMAS, '');
  assert.equal(offer.stage, 'refused');
  assert.equal(socket.asked('colleagues.list').length, 1);
});

test('taken back, nothing is waited for', async () => {
  await offer.offer(TOMAS, '');
  await offer.withdraw();
  assert.deepEqual(socket.asked('transfer.withdraw'), [{ transfer: 'T1' }]);
  socket.say('transfer.closed', { state: 'withdrawn', to: 'Tomás' });
  assert.equal(offer.stage, 'choosing');
});

test('the end of an offer this page did not make changes nothing', async () => {
  socket.say('transfer.closed', { state: 'declined', to: 'Ana' });
  await settle();
  assert.equal(offer.stage, 'choosing');
});
