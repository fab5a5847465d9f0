import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { TakoError } from '../error/tako-error.js';
import { readCredential, type Credential, type Environment } from './credential.js';
import { Secret } from './secret.js';

const environment: Environment = { ACME_API_KEY: ' from-env\n', EMPTY: '', BLANK: '  ', UNSET: undefined };
const read = (credential: Credential | undefined) => readCredential(credential, 'acme: apiKey', environment);

describe('the value', () => {
  test.each<[string, Credential]>([
    ['a string', 'key-1'],
    ['a string with white space at its ends', ' \tkey-1\r\n'],
    ['a Secret', new Secret('key-1')],
    ['a Secret with white space', new Secret('key-1\n')],
    ['a function', () => 'key-1'],
    ['a function of a Secret', () => new Secret('key-1')],
    ['an async function', () => Promise.resolve('key-1')],
    ['an async function of a Secret', () => Promise.resolve(new Secret(' key-1'))],
  ])('of %s', async (_, credential) => {
    expect(await read(credential)).toBe('key-1');
  });

  test.each<[string, Credential]>([
    ['$ENV:NAME', '$ENV:ACME_API_KEY'],
    ['$ENV:NAME with white space around it', ' $ENV:ACME_API_KEY\n'],
    ['$ENV:NAME from a function', () => '$ENV:ACME_API_KEY'],
    ['$ENV:NAME in a Secret', new Secret('$ENV:ACME_API_KEY')],
  ])('of %s is that of the environment variable, white space removed', async (_, credential) => {
    expect(await read(credential)).toBe('from-env');
  });

  test('is read when used: a rotated key arrives', async () => {
    let key = 'old';
    const rotating = () => key;
    expect(await read(rotating)).toBe('old');
    key = 'new';
    expect(await read(rotating)).toBe('new');

    const variables: Record<string, string> = { KEY: 'old' };
    expect(await readCredential('$ENV:KEY', 'x', variables)).toBe('old');
    variables['KEY'] = 'new';
    expect(await readCredential('$ENV:KEY', 'x', variables)).toBe('new');
  });

  test('of a Secret of another copy of the package', async () => {
    const secondCopy = './secret.js?another-copy';
    const other = (await import(secondCopy)) as typeof import('./secret.js'); // the same file, loaded again
    expect(await read(new other.Secret('key-1'))).toBe('key-1');
  });
});

describe('what is missing is auth, and names what', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'missing'],
    ['null', null, 'missing'],
    ['a number', 42, 'missing'],
    ['a function of undefined', () => undefined, 'missing'],
    ['an empty string', '', 'empty'],
    ['blanks', '  \n', 'empty'],
    ['an empty Secret', new Secret(''), 'empty'],
    ['an empty variable', '$ENV:EMPTY', 'empty'],
    ['a blank variable', '$ENV:BLANK', 'empty'],
    ['a variable that is not set', '$ENV:NOT_THERE', 'NOT_THERE'],
    ['a variable that is undefined', '$ENV:UNSET', 'UNSET'],
    ['a name that every object has', '$ENV:constructor', 'constructor'],
    ['the prototype', '$ENV:__proto__', '__proto__'],
    ['no name', '$ENV:', 'not set'],
  ])('%s', async (_, credential, word) => {
    const reading = read(credential as Credential); // also what a caller without types passes
    await expect(reading).rejects.toMatchObject({ code: 'auth', retryable: false });
    await expect(reading).rejects.toThrow('acme: apiKey');
    await expect(reading).rejects.toThrow(word);
  });

  test('without an environment every variable is missing', async () => {
    await expect(readCredential('$ENV:ACME_API_KEY', 'acme: apiKey')).rejects.toMatchObject({ code: 'auth' });
  });
});

test.each([
  'sekret value',
  'sekret\nx-admin: 1',
  'sekret\r\n\r\nx',
  'sekret\u0000x',
  'sekrët',
  '“sekret”',
  'sekret\u200b',
  'sekret\u007f',
])('a key that cannot stand in a header is auth, and is not shown: %j', async (key) => {
  for (const credential of [key, new Secret(key), () => key, '$ENV:KEY']) {
    const error: unknown = await readCredential(credential, 'acme: apiKey', { KEY: key }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TakoError);
    expect(error).toMatchObject({ code: 'auth' });
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toMatch(/sekr/);
  }
});

test('what the function throws is what the caller gets', async () => {
  const denied = new TakoError('permission', 'vault: may not read apiKey');
  await expect(read(() => Promise.reject(denied))).rejects.toBe(denied);
});
