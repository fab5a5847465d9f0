import { expect, test } from 'vitest';

import { parseAzureKey } from './azure-key.js';

const version = '0123456789abcdefABCDEF0123456789';

test('a name, with a version or without', () => {
  expect(parseAzureKey('App-key1')).toEqual({ name: 'App-key1', version: undefined });
  expect(parseAzureKey(`x#${version}`)).toEqual({ name: 'x', version });
});

test.each([
  '',
  '#',
  'x#',
  `#${version}`,
  'x#latest',
  `x#${version}0`,
  `x#${version}#${version}`,
  'x/y',
  'x_y',
  'x y',
  'x?api-version=1',
  'x%2fy',
  '..',
  '../x',
  'x/../y',
  'x\n',
  'x\u0000',
  'ключ',
  'x'.repeat(128),
  'x'.repeat(10_000),
])('%j is refused', (key) => {
  expect(() => parseAzureKey(key)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
