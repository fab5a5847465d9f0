import { Secret } from '@tako/core';
import { expect, test } from 'vitest';

import { readHeaders, type HeadersOption } from './read-headers.js';

const read = (headers: HeadersOption) =>
  readHeaders(headers, { source: 'docs', environment: { TOKEN: 'from outside' } });

test('texts, secrets, functions and variables; what is undefined is left out', async () => {
  const fields = {
    a: 'Bearer x',
    b: new Secret('s'),
    c: () => Promise.resolve(new Secret('t')),
    d: '$ENV:TOKEN',
    e: undefined,
  };
  const expected = { a: 'Bearer x', b: 's', c: 't', d: 'from outside' };
  expect(Object.fromEntries(await read(fields))).toEqual(expected);
  expect(Object.fromEntries(await read(() => Promise.resolve(fields)))).toEqual(expected);
});

test.each([
  ['a variable that is not set', { authorization: '$ENV:NOWHERE' }, 'authorization: the environment variable NOWHERE'],
  ['a value with a line end', { authorization: 'hunter2\r\nx: y' }, '"authorization" cannot stand'],
  ['a value beyond Latin-1', { authorization: 'hunter2 \u{1f419}' }, '"authorization" cannot stand'],
  ['a name that is none', { 'a b': 'hunter2' }, '"a b" cannot stand'],
])('%s is refused without its value', async (_name, headers, message) => {
  const error: unknown = await read(headers).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining(message) as unknown });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});
