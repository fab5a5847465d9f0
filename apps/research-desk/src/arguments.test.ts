import { expect, test } from 'vitest';

import { contestants, readArguments } from './arguments.js';

test('a question alone asks all of them', () => {
  expect(readArguments(['what', 'now?'])).toEqual({
    question: 'what now?',
    only: contestants,
    maxUsd: undefined,
    json: false,
    dryRun: false,
    offline: false,
    seed: 1,
    delayMs: 15,
  });
});

test('flags stand anywhere, and the names of --only are put in order', () => {
  const argv = ['--only', 'trinity, single', 'Q', '--max-usd', '0.05', '--', '--seed', '7', '--json'];
  expect(readArguments(argv)).toMatchObject({ only: ['single', 'trinity'], maxUsd: 0.05, seed: 7, json: true });
  expect(readArguments(['--help', 'x'])).toBe('help');
});

test.each([
  [[], 'there is no question'],
  [['Q', '--only', 'trinity,quartet'], 'not "quartet"'],
  [['Q', '--only', ''], 'not ""'],
  [['Q', '--max-usd', '-1'], '--max-usd'],
  [['Q', '--max-usd', 'NaN'], '--max-usd takes an amount'],
  [['Q', '--seed', '1.5'], '--seed takes a whole number'],
  [['Q', '--nope'], "unknown option '--nope'"],
] as const)('%j is refused in one line', (argv, problem) => {
  expect(() => readArguments(argv)).toThrow(problem);
});
