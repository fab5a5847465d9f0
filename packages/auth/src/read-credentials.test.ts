import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { readCredentials } from './read-credentials.js';

const read = (authorization: string | readonly string[] | undefined) => readCredentials({ headers: { authorization } });

test.each([
  ['Bearer mF_9.B5f-4.1JqM', 'bearer', 'mF_9.B5f-4.1JqM'], // the example of RFC 6750, section 2.1
  ['bearer abc', 'bearer', 'abc'],
  ['BEARER abc==', 'bearer', 'abc=='],
  ['Bearer   abc', 'bearer', 'abc'],
  ['DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU', 'dpop', 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'],
  [`Bearer ${'a'.repeat(8_192)}`, 'bearer', 'a'.repeat(8_192)],
])('reads %.40s', (header, scheme, token) => {
  expect(read(header)).toMatchObject({ scheme, token });
  expect(read([header])).toMatchObject({ scheme, token });
});

test.each<[string, string | readonly string[] | undefined]>([
  ['no header', undefined],
  ['an empty list', []],
  ['an empty header', ''],
  ['a scheme alone', 'Bearer'],
  ['a scheme and a space', 'Bearer '],
  ['a token alone', 'sekret'],
  ['two headers', ['Bearer sekret', 'Bearer sekret']],
  ['two headers made one', 'Bearer sekret, Bearer sekret'],
  ['two tokens', 'Bearer sekret sekret'],
  ['parameters', 'Bearer token="sekret"'],
  ['a leading space', ' Bearer sekret'],
  ['a trailing space', 'Bearer sekret '],
  ['a tab', 'Bearer\tsekret'],
  ['a line end', 'Bearer sekret\r\nx: y'],
  ['a null character', 'Bearer sekret\u0000'],
  ['letters beyond ASCII', 'Bearer sekrët'],
  ['a quotation mark', 'Bearer "sekret"'],
  ['padding within', 'Bearer sek=ret'],
  ['padding alone', 'Bearer =='],
  ['a token that is too long', `Bearer ${'sekret'.repeat(20_000)}`],
  ['spaces without end', `Bearer${' '.repeat(100_000)}`],
  ['a scheme that is too long', `${'B'.repeat(100_000)} sekret`],
])('%s is auth, and is not shown', (_, authorization) => {
  let error: unknown;
  try {
    read(authorization);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'auth', retryable: false });
  expect(inspect(error, { depth: 9 })).not.toMatch(/sekr/);
});

test('the request comes along without the token', () => {
  const { request } = readCredentials({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: ['Bearer abc'], dpop: ['one', 'two'], host: 'tako.example', te: undefined },
    clientCertificateThumbprint: 'thumb',
  });
  expect(request).toEqual({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { dpop: 'one, two', host: 'tako.example' },
    clientCertificateThumbprint: 'thumb',
  });
});
