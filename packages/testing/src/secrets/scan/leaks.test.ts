import { inspect } from 'node:util';

import { Secret, TakoError } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { leaks } from './leaks.js';

const secret = 'hvs.C4n"ary\nGr\u00fcn/7f3a+b=&x';
const long = Array.from({ length: 400 }, (_, at) => ((at * 7919) % 9973).toString(36)).join('-');
const other = 'nothing to see here, move on; 0123456789';

const planted: readonly (readonly [string, unknown])[] = [
  ['a text', `it is ${secret}!`],
  ['a message', new Error(secret)],
  ['a stack alone', Object.assign(new Error('x'), { stack: `Error: x\n at ${secret}` })],
  ['a cause', new Error('x', { cause: new Error('y', { cause: new Error(secret) }) })],
  ['a cause that is a text', new Error('x', { cause: secret })],
  ['one of several errors', new AggregateError([new Error(secret)], 'x')],
  [
    'a field of an error',
    Object.assign(new Error('x'), { config: { headers: { authorization: `Bearer ${secret}` } } }),
  ],
  ['a hidden field', Object.defineProperty(new Error('x'), 'request', { value: { token: secret }, enumerable: false })],
  ['a field named by a symbol', { [Symbol('x')]: secret }],
  ['a symbol', { x: Symbol(secret) }],
  ['a name of a field', { [secret]: 1 }],
  ['an excerpt', new TakoError('auth', 'x', { excerpt: secret })],
  ['details', new TakoError('auth', 'x', { details: { seen: [secret] } })],
  ['partial', new TakoError('auth', 'x', { partial: { content: [{ type: 'text', text: secret }] } })],
  ['a Map', new Map([['x', secret]])],
  ['a key of a Map', new Map([[secret, 'x']])],
  ['a Set', new Set([secret])],
  ['Headers', new Headers({ 'x-token': encodeURIComponent(secret) })],
  ['a URL', new URL(`https://host.example/?token=${encodeURIComponent(secret)}`)],
  ['a Buffer', { body: Buffer.from(secret) }],
  ['bytes', new TextEncoder().encode(`{"token":${JSON.stringify(secret)}}`)],
  ['a Buffer as it is printed', inspect(Buffer.from(secret))],
  ['JSON', JSON.stringify({ secret })],
  ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ secret }) })],
  [
    'JSON with escapes for all',
    `"${[...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
  ],
  ['what inspect prints', inspect({ deep: [{ secret }] }, { depth: 9 })],
  ['a URL-encoded text', encodeURIComponent(secret)],
  ['a URL-encoded text in lower case', encodeURIComponent(secret).toLowerCase().replace('hvs.c4n', 'hvs.C4n')],
  ['a form', new URLSearchParams({ secret }).toString()],
  ['HTML', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ['HTML with numbers', [...secret].map((c) => `&#${c.charCodeAt(0)};`).join('')],
  ['base64', Buffer.from(secret).toString('base64')],
  ['base64url', Buffer.from(secret).toString('base64url')],
  ['Basic authentication, one more', `Basic ${Buffer.from(`:${secret}`).toString('base64')}`],
  ['Basic authentication, two more', `Basic ${Buffer.from(`u:${secret}!`).toString('base64')}`],
  ['hex', Buffer.from(secret).toString('hex')],
  ['hex in capitals', Buffer.from(secret).toString('hex').toUpperCase()],
  ['its first half', secret.slice(0, 14)],
  ['its second half', `…${secret.slice(-14)}`],
  ['what toJSON gives', { toJSON: () => ({ secret }) }],
  ['what toString gives', { toString: () => secret }],
  ['what inspect gives', { [inspect.custom]: () => secret }],
  [
    'a cycle',
    (() => {
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      cycle['end'] = secret;
      return cycle;
    })(),
  ],
];

describe('finds', () => {
  test.each(planted)('%s', (_, output) => {
    const found = leaks([other, secret], 'harmless', output);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ canary }) => canary))).toEqual(new Set([1]));
    expect(leaks([secret], found)).toEqual([]); // it tells without repeating
  });

  test('a piece of 16 characters of a long secret', () => {
    expect(leaks([long], `x${long.slice(700, 716)}x`)).toEqual([{ canary: 0, where: 'output 0', form: 'plain' }]);
  });
});

describe('does not find', () => {
  test.each<[string, unknown]>([
    ['a Secret', { apiKey: new Secret(secret), error: new Error('x', { cause: new Secret(secret) }) }],
    ['a short piece', secret.slice(0, 7)],
    ['nothing', undefined],
    ['a function that knows it', () => secret],
    ['other texts', [other, new Error(other)]],
  ])('%s', (_, output) => {
    expect(leaks([secret, long], output)).toEqual([]);
  });
});

test('a secret that is too short to be told from chance is refused', () => {
  expect(() => leaks(['abc'], 'x')).toThrow('turns up by chance');
});

test('accessors that throw and very large outputs are no obstacle', () => {
  const odd = {
    get bad(): string {
      throw new Error('no');
    },
    toJSON() {
      throw new Error('no');
    },
    list: Array.from({ length: 8_000 }, (_, at) => ({ at })),
    secret,
  };
  expect(leaks([secret], odd).map(({ where }) => where)).toContain('inspect(output 0)');
});
