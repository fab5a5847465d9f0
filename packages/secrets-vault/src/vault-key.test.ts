import { describe, expect, test } from 'vitest';

import { parseVaultKey } from './vault-key.js';

describe('version 2', () => {
  test.each([
    ['secret/data/app', 'secret/data/app', undefined],
    ['secret/data/app#key', 'secret/data/app', 'key'],
    ['secret/data/team/app/db#a#b', 'secret/data/team/app/db', 'a#b'],
    ['team/kv/data/app', 'team/kv/data/app', undefined],
    ['secret/data/data', 'secret/data/data', undefined],
    ['secret/data/my app+1/ü&=:@', 'secret/data/my%20app%2B1/%C3%BC%26%3D%3A%40', undefined],
    ['secret/data/a;b,c!d*e', 'secret/data/a%3Bb%2Cc!d*e', undefined],
    ['secret/data/app#field with ? and %2f', 'secret/data/app', 'field with ? and %2f'],
  ])('%s', (key, path, field) => {
    expect(parseVaultKey(key, 2)).toEqual({ path, field });
  });

  test.each([
    'secret',
    'secret/app',
    'data/app',
    'secret/data',
    'secret/data/',
    'secret//data/app',
    '/secret/data/app',
    'secret/data/app/',
    'secret/data//app',
    'secret/data/app.',
    'secret/data/../app',
    'secret/data/app?version=1',
    'OPENAI_API_KEY',
  ])('%j is no key', (key) => {
    expect(() => parseVaultKey(key, 2)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('version 1', () => {
  test.each([
    ['kv1/app', 'kv1/app', undefined],
    ['kv1/team/app#key', 'kv1/team/app', 'key'],
  ])('%s', (key, path, field) => {
    expect(parseVaultKey(key, 1)).toEqual({ path, field });
  });

  test.each(['kv1', 'kv1/', '/kv1/app', 'kv1//app'])('%j is no key', (key) => {
    expect(() => parseVaultKey(key, 1)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
