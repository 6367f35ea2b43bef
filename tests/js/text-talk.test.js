import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { TextTalk } from '../../calls/static/calls/js/text-talk.js';
import { ManualClock, settle } from './support/clock.js';
import { refusal, TestSignals } from './support/signals.js';

let clock;
let socket;
let talk;
let ops;

beforeEach(() => {
  clock = new ManualClock();
  socket = new TestSignals();
  ops = 0;
  const newOp = () => {
    ops += 1;
    return `op-${ops}`;
  };
  talk = new TextTalk({ role: 'customer', socket, clock, newOp });
});

const line = (number, text, role = 'merchant') => ({ number, text, role, name: 'Mei', at: '' });
const texts = () => talk.lines.map(({ text }) => text);
const hints = () => socket.asked('text.type').map(({ text }) => text);

test('letters are shown at once, then at most four times a second, the last one always', async () => {
  for (const text of ['H', 'He', 'Hel', 'Hell']) {
    talk.hints.type(text);
    await clock.pass(50);
  }
  assert.deepEqual(hints(), ['H']);
  await clock.pass(50);
  assert.deepEqual(hints(), ['H', 'Hell']);
  talk.hints.type('Hello');
  await clock.pass(1000);
  assert.deepEqual(hints(), ['H', 'Hell', 'Hello']);
});

test('letters that are being composed are shown only as the word they become', async () => {
  talk.hints.compose(true);
  talk.hints.type('ni');
  talk.hints.type('nih');
  await clock.pass(1000);
  assert.deepEqual(hints(), []);
  talk.hints.type('你好');
  talk.hints.compose(false);
  assert.deepEqual(hints(), ['你好']);
});

test('of a very long line its end is shown', () => {
  talk.hints.type(`${'a'.repeat(600)}z`);
  assert.equal(hints()[0].length, 500);
  assert.ok(hints()[0].endsWith('z'));
});

test('a line waits here until the server has taken it, then stands in its place', async () => {
  let take;
  socket.answers['text.say'] = () => new Promise((done) => (take = done));
  talk.say('  Green tea, please ');
  assert.deepEqual(socket.asked('text.say'), [{ op: 'op-1', text: 'Green tea, please' }]);
  assert.equal(talk.waiting.length, 1);
  assert.deepEqual(texts(), []);
  take({ number: 1, at: 'now' });
  await settle();
  assert.equal(talk.waiting.length, 0);
  assert.deepEqual(texts(), ['Green tea, please']);
});

test('reply and announcement of an own line are one line, in either order', async () => {
  socket.answers['text.say'] = { number: 1, at: 'now' };
  talk.say('One');
  socket.say('text.said', { ...line(1, 'One', 'customer'), op: 'op-1' });
  await settle();
  assert.deepEqual(texts(), ['One']);
  assert.equal(talk.waiting.length, 0);
});

test('a line the server refused is kept and can be sent again under the same operation', async () => {
  socket.answers['text.say'] = refusal('too_fast');
  talk.say('One');
  await settle();
  assert.deepEqual(
    talk.waiting.map(({ failed }) => failed),
    [true],
  );
  socket.answers['text.say'] = { number: 1, at: '' };
  talk.again();
  await settle();
  assert.deepEqual(
    socket.asked('text.say').map(({ op }) => op),
    ['op-1', 'op-1'],
  );
  assert.deepEqual(texts(), ['One']);
});

test('blank is not a line', () => {
  assert.equal(talk.say(' \n '), false);
  assert.deepEqual(socket.sent, []);
});

test('letters of the other side come and go; a finished line takes them away', () => {
  const news = [];
  talk.addEventListener('line', ({ detail }) => news.push(detail.text));
  socket.say('text.typed', { role: 'merchant', text: 'Wh' });
  assert.equal(talk.theirs, 'Wh');
  socket.say('text.typed', { role: 'customer', text: 'not mine' });
  assert.equal(talk.theirs, 'Wh');
  socket.say('text.said', { ...line(1, 'What?'), op: 'x' });
  assert.equal(talk.theirs, '');
  assert.deepEqual(news, ['What?']);
  socket.say('text.typed', { role: 'merchant', text: 'And' });
  socket.say('peer.left', { role: 'merchant' });
  assert.equal(talk.theirs, '');
});

test('a line that was missed is asked for and put in its place', async () => {
  socket.answers['text.sync'] = ({ after }) => ({
    texts: [line(1, 'a'), line(2, 'b'), line(3, 'c')].slice(after),
  });
  socket.say('text.said', line(1, 'a'));
  socket.say('text.said', line(3, 'c'));
  await settle();
  assert.deepEqual(socket.asked('text.sync'), [{ after: 1 }]);
  assert.deepEqual(texts(), ['a', 'b', 'c']);
});

test('a heartbeat tells of a last line that never came', async () => {
  socket.answers['text.sync'] = { texts: [line(2, 'b')] };
  socket.say('call.snapshot', { texts: [line(1, 'a')] });
  socket.say('heartbeat', { lines: 1 });
  await settle();
  assert.deepEqual(socket.asked('text.sync'), []);
  socket.say('heartbeat', { lines: 2 });
  await settle();
  assert.deepEqual(texts(), ['a', 'b']);
});

test('history that begins late is whole: nothing older is asked for', async () => {
  socket.say('call.snapshot', { texts: [line(51, 'a'), line(52, 'b')] });
  socket.say('text.said', line(53, 'c'));
  await settle();
  assert.deepEqual(socket.asked('text.sync'), []);
  assert.deepEqual(texts(), ['a', 'b', 'c']);
});

test('after a gap the letters in the box are shown again', async () => {
  talk.hints.type('Hal');
  await clock.pass(1000);
  socket.dispatchEvent(new CustomEvent('open'));
  assert.deepEqual(hints(), ['Hal', 'Hal']);
});
