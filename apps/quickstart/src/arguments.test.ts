import { expect, test } from 'vitest';

import { readArguments, UsageError } from './arguments.js';

test('flags may stand anywhere, and a stray "--" means nothing', () => {
  const expected = { question: 'how many files?', json: true, folder: 'docs', maxSteps: 3, provider: 'offline' };
  const flags = ['--json', '--folder', 'docs', '--max-steps', '3', '--provider', 'offline'];
  expect(readArguments([...flags, 'how many files?'])).toMatchObject(expected);
  expect(readArguments(['--', 'how many files?', ...flags])).toMatchObject(expected);
  expect(readArguments(['--folder=docs', 'how many', '--json', '--', 'files?', ...flags.slice(3)])).toMatchObject(
    expected,
  );
});

test('what is left out has its default', () => {
  expect(readArguments(['hi'])).toEqual({
    question: 'hi',
    folder: '.',
    json: false,
    maxSteps: undefined,
    maxUsd: undefined,
    model: undefined,
    provider: undefined,
    allowChanges: false,
  });
});

test('help wins over a missing question', () => {
  expect(readArguments(['--help'])).toBe('help');
  expect(readArguments(['what?', '-h'])).toBe('help');
});

test.each([
  [[], 'there is no question'],
  [['--json', '  '], 'there is no question'],
  [['--jsn', 'hi'], "unknown option '--jsn'"],
  [['--folder'], '--folder'],
  [['--json=yes', 'hi'], '--json'],
  [['--max-steps', '0', 'hi'], '--max-steps takes a whole number from 1 on, not "0"'],
  [['--max-steps', 'many', 'hi'], '--max-steps'],
  [['--max-usd', '-1', 'hi'], '--max-usd'],
  [['--max-usd', '1e9', 'hi'], '--max-usd takes an amount like 0.05, not "1e9"'],
  [['--provider', 'acme', 'hi'], '--provider is one of openai, anthropic, mistral, ollama, offline, not "acme"'],
])('%j is refused in one line', (argv, words) => {
  const read = (): unknown => readArguments(argv);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(words);
  expect(read).not.toThrow(/\n/);
});
