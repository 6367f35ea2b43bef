import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserKind } from '../../calls/static/calls/js/browser-kind.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; SM-S921B)';

for (const [kind, userAgent, more] of [
  ['chrome', `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0 Safari/537.36`],
  ['chrome-android', `${ANDROID} ${WEBKIT} Chrome/140.0 Mobile Safari/537.36`],
  ['edge', `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0`],
  ['edge', `${ANDROID} ${WEBKIT} Chrome/140.0 Mobile Safari/537.36 EdgA/140.0`],
  ['samsung', `${ANDROID} ${WEBKIT} SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36`],
  ['firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['firefox-android', 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'],
  ['safari', `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15`],
  ['safari-ios', `${IPHONE} (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1`],
  [
    'safari-ios',
    `${MAC} AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15`,
    { maxTouchPoints: 5 }, // an iPad
  ],
  ['other-ios', `${IPHONE} (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1`],
  ['other-ios', `${IPHONE} (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15`],
  ['other', 'something else entirely'],
]) {
  test(`${kind} is told from ${userAgent.slice(-40)}`, () => {
    assert.equal(browserKind({ userAgent, ...more }), kind);
  });
}

test('a browser that hides its name behind a common one is told by its brands', () => {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0 Safari/537.36`;
  const brands = [{ brand: 'Not=A?Brand' }, { brand: 'Microsoft Edge' }];
  assert.equal(browserKind({ userAgent, userAgentData: { brands, platform: 'Linux' } }), 'edge');
  assert.equal(
    browserKind({ userAgent, userAgentData: { brands: [], platform: 'Android' } }),
    'chrome-android',
  );
});
