import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cornerByKey,
  cornerFrom,
  nearestCorner,
  nextCorner,
  settle,
} from '../../calls/static/calls/js/own-place.js';

const PHONE = { width: 390, height: 844 };
const SMALL = { width: 104, height: 138 };
const BAR = { x: 0, y: 740, width: 390, height: 104 };
const SHEET = { x: 0, y: 400, width: 390, height: 340 };
const CHIPS = { x: 12, y: 12, width: 200, height: 72 };

const clear = (one, two) =>
  one.x >= two.x + two.width ||
  two.x >= one.x + SMALL.width ||
  one.y >= two.y + two.height ||
  two.y >= one.y + SMALL.height;

test('the corner of first sight is the top end; what is kept is believed only if it is one', () => {
  assert.equal(cornerFrom(null), 'top-end');
  assert.equal(cornerFrom('bottom-start'), 'bottom-start');
  assert.equal(cornerFrom('middle'), 'top-end');
});

test('let go anywhere, it goes to the nearest corner', () => {
  assert.equal(nearestCorner({ x: 10, y: 800 }, PHONE), 'bottom-start');
  assert.equal(nearestCorner({ x: 300, y: 100 }, PHONE), 'top-end');
});

test('arrow keys move it along an edge, other keys do not; a press goes round', () => {
  assert.equal(cornerByKey('top-end', 'ArrowDown'), 'bottom-end');
  assert.equal(cornerByKey('bottom-end', 'ArrowLeft'), 'bottom-start');
  assert.equal(cornerByKey('top-end', 'Tab'), null);
  let corner = 'top-start';
  const round = [0, 1, 2, 3].map(() => {
    corner = nextCorner(corner);
    return corner;
  });
  assert.equal(new Set(round).size, 4);
  assert.equal(round.at(-1), 'top-start');
});

for (const corner of ['top-start', 'top-end', 'bottom-start', 'bottom-end']) {
  test(`at ${corner} it is clear of controls, sheet and chips`, () => {
    const obstacles = [BAR, SHEET, CHIPS];
    const place = settle(corner, SMALL, PHONE, obstacles);
    for (const one of obstacles) assert.ok(clear(place, one), JSON.stringify({ place, one }));
    assert.ok(place.x >= 0 && place.x + SMALL.width <= PHONE.width);
    assert.ok(place.y >= 0 && place.y + SMALL.height <= PHONE.height);
  });
}

test('a bottom corner stands above the sheet, the top one below the chips', () => {
  assert.equal(settle('bottom-end', SMALL, PHONE, [BAR, SHEET]).y, SHEET.y - 12 - SMALL.height);
  assert.equal(settle('top-start', SMALL, PHONE, [CHIPS]).y, CHIPS.y + CHIPS.height + 12);
});

test('where the whole side is taken it goes to another corner', () => {
  const dock = { x: 250, y: 0, width: 140, height: 844 };
  assert.equal(settle('top-end', SMALL, PHONE, [dock, BAR]).corner, 'bottom-start');
});
