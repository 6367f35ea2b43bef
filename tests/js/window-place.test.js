import assert from 'node:assert/strict';
import test from 'node:test';
import { inView, nudged, placeFrom } from '../../orders/static/orders/js/window-place.js';

const view = { width: 1280, height: 800 };
const size = { width: 420, height: 600 };

test('a_place_inside_the_view_stays', () => {
  assert.deepEqual(inView({ x: 300, y: 100 }, size, view), { x: 300, y: 100 });
});

test('a_window_pushed_out_comes_back_to_the_edge', () => {
  assert.deepEqual(inView({ x: 5000, y: -300 }, size, view), { x: 852, y: 8 });
});

test('a_window_larger_than_the_view_keeps_its_bar_in_sight', () => {
  assert.deepEqual(
    inView({ x: 90, y: 90 }, { width: 900, height: 900 }, { width: 320, height: 400 }),
    {
      x: 8,
      y: 8,
    },
  );
});

test('arrow_keys_move_and_shift_moves_further [P2.2, M5]', () => {
  assert.deepEqual(nudged({ x: 100, y: 100 }, 'ArrowLeft'), { x: 76, y: 100 });
  assert.deepEqual(nudged({ x: 100, y: 100 }, 'ArrowDown', true), { x: 100, y: 196 });
  assert.equal(nudged({ x: 100, y: 100 }, 'Enter'), null);
});

test('a_kept_place_is_taken_back_and_rubbish_is_not [P2.4]', () => {
  const place = { x: 10, y: 20, docked: true, minimised: false };
  assert.deepEqual(placeFrom(place), place);
  for (const rubbish of [null, undefined, 'x', { x: 'left' }, { x: Number.NaN, y: 1 }]) {
    assert.equal(placeFrom(rubbish), null);
  }
});
