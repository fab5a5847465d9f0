import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { EnvResolver } from './env-resolver.js';
import { readCredential } from './credential.js';

const environment: Record<string, string | undefined> = {
  API_KEY: ' key-1 ',
  APP_DB: 'db-1',
  EMPTY: '',
  UNSET: undefined,
};
const resolver = new EnvResolver({ environment });

test('gives the value of the variable, as it is', async () => {
  expect((await resolver.resolve('API_KEY')).expose()).toBe(' key-1 ');
});

test('a prefix is put in front of each key', async () => {
  const prefixed = new EnvResolver({ environment, prefix: 'APP_' });
  expect((await prefixed.resolve('DB')).expose()).toBe('db-1');
  await expect(prefixed.resolve('API_KEY')).rejects.toThrow('"APP_API_KEY" is not set');
});

test('is read when used: a rotated key arrives through any option that takes a credential', async () => {
  const variables = { KEY: 'old' };
  const credential = new EnvResolver({ environment: variables }).secret('KEY');
  expect(await readCredential(credential, 'x')).toBe('old');
  variables.KEY = 'new';
  expect(await readCredential(credential, 'x')).toBe('new');
});

describe('what is not there is not_found', () => {
  test.each(['MISSING', 'EMPTY', 'UNSET', 'constructor', '__proto__', 'kv/data/openai#key'])('%s', async (key) => {
    await expect(resolver.resolve(key)).rejects.toMatchObject({
      code: 'not_found',
      retryable: false,
      message: expect.stringContaining(key),
    });
  });
});

test.each(['', 'a\u0000b', '../x', 'x'.repeat(10_000)])('%j cannot be the name of a variable', async (key) => {
  await expect(resolver.resolve(key)).rejects.toMatchObject({ code: 'invalid' });
});

test('an aborted signal is cancelled', async () => {
  const signal = AbortSignal.abort('why');
  await expect(resolver.resolve('API_KEY', { signal })).rejects.toMatchObject({ code: 'cancelled', cause: 'why' });
});

test('does not show the environment', () => {
  expect(inspect(resolver, { showHidden: true, depth: 9 }) + JSON.stringify(resolver)).not.toMatch(/key-1|db-1/);
});
