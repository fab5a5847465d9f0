import { fakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { unknownTokens } from './unknown-tokens.js';

test('a hash is remembered for its time', async () => {
  const clock = fakeClock({ nowMs: 1_000 });
  const unknown = unknownTokens(5_000, 10, clock);
  unknown.add('a');
  await clock.advance(4_999);
  expect([unknown.has('a'), unknown.has('b')]).toEqual([true, false]);
  await clock.advance(1);
  expect(unknown.has('a')).toBe(false);
});

test('the oldest goes first, and one that is added again is new', () => {
  const unknown = unknownTokens(5_000, 2, fakeClock());
  for (const hash of ['a', 'b', 'a', 'c']) unknown.add(hash);
  expect(['a', 'b', 'c'].map((hash) => unknown.has(hash))).toEqual([true, false, true]);
});

test('a clock that was set back makes all of them old', () => {
  let nowMs = 10_000;
  const unknown = unknownTokens(5_000, 2, { now: () => nowMs, after: () => () => undefined });
  unknown.add('a');
  nowMs = 9_000;
  expect(unknown.has('a')).toBe(false);
});

test('without room or time nothing is remembered', () => {
  for (const unknown of [unknownTokens(0, 2, fakeClock()), unknownTokens(5_000, 0, fakeClock())]) {
    unknown.add('a');
    expect(unknown.has('a')).toBe(false);
  }
});
