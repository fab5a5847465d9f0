import { expect, test } from 'vitest';

import { readArguments, UsageError } from './arguments.js';

test('what is left out is not set', () => {
  expect(readArguments(['--'])).toEqual({ config: undefined, check: false, host: undefined, port: undefined });
  expect(readArguments(['-c', 'a.yaml', '--check', '--port', '0', '--host', '::1'])).toEqual({
    config: 'a.yaml',
    check: true,
    host: '::1',
    port: 0,
  });
  expect(readArguments(['--check', '-h'])).toBe('help');
});

test.each([
  [['--check'], '--check wants a --config'],
  [['--port', '70000'], '--port takes a number from 0 to 65535'],
  [['--port', 'x'], '--port'],
  [['--prot', '1'], "unknown option '--prot'"],
  [['tako.yaml'], 'tako.yaml'],
])('%j is refused in one line', (argv, words) => {
  const read = (): unknown => readArguments(argv);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(words);
  expect(read).not.toThrow(/\n/);
});
