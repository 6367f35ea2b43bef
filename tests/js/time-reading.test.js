import assert from 'node:assert/strict';
import test from 'node:test';
import { bothReadings, instantOf, placeOf } from '../../orders/static/orders/js/time-reading.js';

const iso = (local, zone) => {
  const at = instantOf(local, zone);
  return at === null ? null : new Date(at).toISOString().slice(0, 16);
};

test('a_local_time_is_read_in_its_zone', () => {
  assert.equal(iso('2026-12-01T18:00', 'Europe/Vienna'), '2026-12-01T17:00');
  assert.equal(iso('2026-12-01T18:00', 'Asia/Shanghai'), '2026-12-01T10:00');
});

test('a_time_the_clock_shows_twice_is_the_first [P7.3]', () => {
  assert.equal(iso('2026-10-25T02:30', 'Europe/Vienna'), '2026-10-25T00:30');
});

test('a_time_the_clock_never_shows_is_none [P7.3]', () => {
  assert.equal(iso('2026-03-29T02:30', 'Europe/Vienna'), null);
});

test('rubbish_is_none', () => {
  for (const text of ['', 'tomorrow', '2026-12-01']) assert.equal(instantOf(text, 'UTC'), null);
});

test('the_own_reading_is_shown_only_where_it_differs [P7.3, C23]', () => {
  const where = { zone: 'Europe/Vienna', language: 'en' };
  const same = bothReadings('2026-12-01T18:00', { ...where, ownZone: 'Europe/Berlin' });
  assert.equal(same?.own, '');
  const other = bothReadings('2026-12-01T18:00', { ...where, ownZone: 'Asia/Shanghai' });
  assert.match(other?.place ?? '', /6:00/);
  assert.match(other?.own ?? '', /1:00/);
  assert.match(other?.own ?? '', /Wed|2/);
});

test('the_own_reading_names_the_day_only_where_it_is_another', () => {
  const where = { zone: 'Europe/Berlin', language: 'en' };
  assert.match(bothReadings('2027-01-15T18:00', { ...where, ownZone: 'UTC' })?.own ?? '', /^5:00/);
  assert.match(
    bothReadings('2027-01-15T18:00', { ...where, ownZone: 'Asia/Shanghai' })?.own ?? '',
    /Jan 16/,
  );
});

test('the_place_of_a_zone_is_its_city', () => {
  assert.equal(placeOf('America/New_York'), 'New York');
});
