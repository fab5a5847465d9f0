import { expect, test } from 'vitest';

import { examplesOf } from './examples.ts';

test('reads the blocks fenced as ts, and where they begin', () => {
  const page = ['# Title', '```ts', 'const a = 1;', 'a;', '```', '```sh', 'ls', '```', '```ts', '```'].join('\n');
  expect(examplesOf(page)).toEqual([
    { line: 3, code: 'const a = 1;\na;' },
    { line: 10, code: '' },
  ]);
});
