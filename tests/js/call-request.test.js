import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  openingTimes,
  refusalOf,
  requestCall,
  stepsAfter,
} from '../../calls/static/calls/js/call-request.js';

const wanted = () => ({ merchant: 'tea', address: '198.51.100.1', page: '/m/tea/', callback: '' });
const refusal = (code, data = {}) => Object.assign(new Error(code), { code, data });

/** Answers in turn; an error is thrown. */
function server(...answers) {
  const bodies = [];
  const post = async (_url, body) => {
    bodies.push(body);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const asked = [];
  const get = async (url) => {
    asked.push(url);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { bodies, asked, post, get };
}

test('a request names merchant, address, page and the caller', async () => {
  const { bodies, ...api } = server({ url: '/c/X/' });
  assert.deepEqual(await requestCall(wanted(), 'Lena', api), { url: '/c/X/' });
  assert.deepEqual(bodies, [
    { merchant: 'tea', address: '198.51.100.1', page: '/m/tea/', name: 'Lena' },
  ]);
});

test('a merchant who has moved is called once more at the new address', async () => {
  const page = wanted();
  const stale = refusal('address_stale', { address: '198.51.100.2' });
  const { bodies, ...api } = server(stale, { url: '/c/X/' });
  await requestCall(page, '', api);
  assert.deepEqual(
    bodies.map(({ address }) => address),
    ['198.51.100.1', '198.51.100.2'],
  );
  assert.equal(page.address, '198.51.100.2');
});

test('a second move, or one without a new address, is told and not tried for ever', async () => {
  const stale = (address) => refusal('address_stale', { address });
  for (const answers of [
    [stale('198.51.100.2'), stale('198.51.100.3')],
    [stale(undefined)],
    [stale('198.51.100.1')],
  ]) {
    const { bodies, ...api } = server(...answers);
    await assert.rejects(requestCall(wanted(), '', api), { code: 'address_stale' });
    assert.ok(bodies.length <= 2);
  }
});

test('a page without an address asks for it, and says why when there is none', async () => {
  const page = { ...wanted(), address: '' };
  const { bodies, asked, ...api } = server({ address: '198.51.100.9' }, { url: '/c/X/' });
  await requestCall(page, '', api);
  assert.deepEqual(asked, ['/api/v1/merchants/tea/address/']);
  assert.equal(bodies[0].address, '198.51.100.9');
  assert.equal(page.address, '198.51.100.9');
  const none = server(refusal('merchant_unavailable'));
  const empty = { ...wanted(), address: '' };
  await assert.rejects(requestCall(empty, '', none), { code: 'merchant_unavailable' });
  assert.deepEqual(none.bodies, []);
});

test('a request that is called through is named', async () => {
  const { bodies, ...api } = server({ url: '/c/X/' });
  await requestCall({ ...wanted(), callback: 'R1' }, '', api);
  assert.equal(bodies[0].callback, 'R1');
});

test('every refusal of somebody not reached offers a request', () => {
  for (const code of ['storefront_closed', 'merchant_busy', 'merchant_unavailable']) {
    assert.ok(stepsAfter(code).includes('request'), code);
  }
  assert.deepEqual(stepsAfter('customer_blocked'), []);
  assert.deepEqual(stepsAfter('too_fast'), []);
});

test('an error without a code is a failure, not a riddle', () => {
  assert.equal(refusalOf(new TypeError('x')).code, 'failed');
  assert.deepEqual(refusalOf(undefined), { code: 'failed', message: '', data: {} });
});

test('the next opening is told in both zones where they differ', () => {
  const zones = { place: 'Europe/Berlin', own: 'Asia/Shanghai', language: 'en-GB' };
  const { there, here } = openingTimes('2026-03-02T08:00:00Z', zones);
  assert.match(there, /09:00/);
  assert.match(here, /16:00/);
  assert.equal(openingTimes('2026-03-02T08:00:00Z', { ...zones, own: 'Europe/Paris' }).here, '');
});
