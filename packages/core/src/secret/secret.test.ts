import { format, inspect } from 'node:util';

import { expect, test } from 'vitest';

import { isSecret, Secret } from './secret.js';

const secret = new Secret('s3cret-value');

test('gives its value to who asks for it', () => {
  expect(secret.expose()).toBe('s3cret-value');
});

test.each<[string, () => string]>([
  ['String', () => String(secret)],
  // oxlint-disable-next-line restrict-template-expressions -- what an unwary log line does
  ['a template', () => `key ${secret}`],
  ['a list', () => [secret, secret].join()],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect', () => inspect(secret)],
  ['inspect, nested', () => inspect({ deep: { secret }, map: new Map([[secret, secret]]) }, { depth: 9 })],
  ['inspect of hidden fields', () => inspect(secret, { showHidden: true })],
  ['inspect without custom functions', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error that it causes', () => inspect(new Error('x', { cause: secret }))],
  ['its own keys', () => JSON.stringify(Object.getOwnPropertyDescriptors({ ...secret }))],
])('does not show in %s', (_, shown) => {
  expect(shown()).not.toContain('s3cret');
});

test('says that there is something', () => {
  expect(String(secret)).toBe('<redacted>');
  expect(JSON.stringify(secret)).toBe('"<redacted>"');
  expect(inspect(secret)).toBe('<redacted>');
});

test('is recognised across copies of the package', async () => {
  const secondCopy = './secret.js?second-copy';
  const other = (await import(secondCopy)) as typeof import('./secret.js'); // the same file, loaded again
  const theirs = new other.Secret('theirs');
  expect(theirs).not.toBeInstanceOf(Secret);
  expect(isSecret(theirs)).toBe(true);
  expect(other.isSecret(secret)).toBe(true);
});

test.each([undefined, null, 'text', 7, {}, { expose: () => 'x' }])('%o is no secret', (value) => {
  expect(isSecret(value)).toBe(false);
});
