import assert from 'node:assert/strict';
import test from 'node:test';
import { Announcer } from '../../orders/static/orders/js/announcer.js';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

test('keystrokes_of_the_other_side_are_said_once_at_rest [A12]', async () => {
  const said = [];
  const region = {
    set textContent(text) {
      said.push(text);
    },
  };
  const announcer = new Announcer(region, 150);
  for (let key = 0; key < 5; key += 1) {
    announcer.later('address.city', 'Lena wrote: City.');
    await wait(5);
  }
  announcer.later('note', 'Lena wrote: Note.');
  assert.deepEqual(said, []);
  await wait(250);
  assert.deepEqual(said, ['Lena wrote: City. Lena wrote: Note.']);
});

test('a_new_request_is_said_at_once', () => {
  const region = { textContent: '' };
  new Announcer(region, 1000).now('Mei asks for the address');
  assert.equal(region.textContent, 'Mei asks for the address');
});
