import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isSpeechless,
  problemKeys,
  troubleOf,
  wayOut,
} from '../../calls/static/calls/js/media-trouble.js';

const told = (problem, more = {}) =>
  troubleOf({ problem, textOnly: false, soundOnly: false, ...more });

test('the other side is told which device, and why, in one word', () => {
  assert.equal(told({ code: 'denied', kinds: ['video'] }), 'camera_blocked');
  assert.equal(told({ code: 'missing', kinds: ['audio'] }), 'microphone_missing');
  assert.equal(told({ code: 'busy', kinds: ['audio', 'video'] }), 'devices_busy');
  assert.equal(told({ code: 'broken', kinds: ['video'] }), 'camera_failed');
  assert.equal(told({ code: 'dismissed', kinds: ['audio', 'video'] }), 'devices_blocked');
});

test('what works all the same is no trouble, whatever was tried before', () => {
  assert.equal(told({ code: 'overconstrained', kinds: [] }), '');
  assert.equal(told(null), '');
});

test('a choice is told as a choice', () => {
  assert.equal(told(null, { textOnly: true }), 'text_only');
  assert.equal(told(null, { soundOnly: true }), 'sound_only');
});

test('every word that can be told is one the server takes', () => {
  const taken =
    /^(?:text_only|sound_only|(?:camera|microphone|devices)_(?:blocked|missing|busy|failed))?$/;
  const codes = 'denied dismissed missing busy overconstrained insecure broken'.split(' ');
  for (const code of codes) {
    for (const kinds of [['audio'], ['video'], ['audio', 'video']]) {
      assert.match(told({ code, kinds }), taken);
    }
  }
});

test('speech is missing without a microphone, not without a camera', () => {
  const silent = ['text_only', 'microphone_blocked', 'devices_missing'];
  assert.deepEqual(silent.map(isSpeechless), [true, true, true]);
  assert.deepEqual(['', 'camera_busy', 'sound_only'].map(isSpeechless), [false, false, false]);
});

test('the page looks for the closest words first; a setting helps only where it was refused', () => {
  assert.deepEqual(problemKeys({ code: 'busy', kinds: ['video'] }), [
    'media-busy-video',
    'media-busy',
  ]);
  assert.equal(wayOut({ code: 'denied', kinds: ['video'] }, 'firefox'), 'way-firefox');
  assert.equal(wayOut({ code: 'missing', kinds: ['video'] }, 'firefox'), '');
});
