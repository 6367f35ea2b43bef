import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { IceKeeper } from '../../calls/static/calls/js/ice-keeper.js';
import { ManualClock, settle } from './support/clock.js';

const LIFE = 600;
let clock;
let socket;

/** The server: every login it gives has another name. */
class Signals {
  asked = 0;
  open = true;
  #rang = () => {};

  on(type, run) {
    if (type === 'call.rang') this.#rang = run;
    return () => {};
  }

  async request(type) {
    assert.equal(type, 'ice.refresh');
    this.asked += 1;
    if (!this.open) throw new Error('closed');
    return ice(`login ${this.asked}`);
  }

  rang() {
    this.#rang({ type: 'call.rang' });
  }
}

const ice = (username) => ({
  servers: [{ urls: ['turn:relay'], username, credential: 'x' }],
  policy: 'relay',
  life: LIFE,
});

const nameOf = (keeper) => keeper.config.iceServers[0]?.username;

beforeEach(() => {
  clock = new ManualClock();
  socket = new Signals();
});

test('a login is renewed at half of its life, again and again', async () => {
  const keeper = new IceKeeper({ socket, clock });
  keeper.learn(ice('first'));
  await clock.pass((LIFE / 2) * 1000 - 1);
  assert.equal(nameOf(keeper), 'first');
  await clock.pass(1);
  assert.equal(nameOf(keeper), 'login 1');
  await clock.pass((LIFE / 2) * 1000);
  assert.equal(nameOf(keeper), 'login 2');
  assert.equal(keeper.config.iceTransportPolicy, 'relay');
});

test('a snapshot brings a login of its own and the time counts from it', async () => {
  const keeper = new IceKeeper({ socket, clock });
  keeper.learn(ice('first'));
  await clock.pass(200_000);
  keeper.learn(ice('second'));
  await clock.pass(200_000);
  assert.equal(socket.asked, 0);
  assert.equal(nameOf(keeper), 'second');
});

test('whoever waited without a login gets one as soon as it rings', async () => {
  const keeper = new IceKeeper({ socket, clock });
  keeper.learn({ servers: [], policy: 'relay', life: LIFE });
  await clock.pass(LIFE * 4000);
  assert.equal(socket.asked, 0, 'nothing to renew in the queue');
  socket.rang();
  await settle();
  assert.equal(nameOf(keeper), 'login 1');
});

test('a refusal keeps the login there is, and the next snapshot goes on', async () => {
  const keeper = new IceKeeper({ socket, clock });
  keeper.learn(ice('first'));
  socket.open = false;
  await clock.pass(LIFE * 1000);
  assert.equal(nameOf(keeper), 'first');
  socket.open = true;
  keeper.learn(ice('second'));
  await clock.pass(LIFE * 500);
  assert.match(nameOf(keeper), /login/);
});

test('after the end nothing is asked for', async () => {
  const keeper = new IceKeeper({ socket, clock });
  keeper.learn(ice('first'));
  keeper.stop();
  await clock.pass(LIFE * 4000);
  assert.equal(socket.asked, 0);
});
