import { Secret, type Credential } from '@tako/core';
import { expect, test } from 'vitest';

import { headerValues } from './header-values.js';

const environment = { MY_KEY: ' from-env\n', EMPTY: '', BAD: 'two\nlines', _1: 'underscored' };

test.each<[string, Credential, string]>([
  ['a text', 'plain text; q=1', 'plain text; q=1'],
  ['a text with white space around', ' plain\n', 'plain'],
  ['$ENV:NAME', '$ENV:MY_KEY', 'from-env'],
  ['$NAME', '$MY_KEY', 'from-env'],
  ['digits in a name', '$_1', 'underscored'],
  ['a dollar that names nothing', '$5 off', '$5 off'],
  ['a reference inside of a text', 'Bearer $MY_KEY', 'Bearer $MY_KEY'],
  ['a secret', new Secret('s3cret'), 's3cret'],
  ['a function', () => 'from function', 'from function'],
  ['an async function with a secret', async () => new Secret('later'), 'later'],
  ['a function that names a variable', () => '$ENV:MY_KEY', 'from-env'],
])('%s', async (_, value, expected) => {
  const { headers } = await headerValues({ 'X-Mine': value }, environment)();
  expect(headers).toEqual({ 'x-mine': expected });
});

test('values are looked up each time', async () => {
  const changing: Record<string, string> = { KEY: 'first' };
  const resolve = headerValues({ 'x-key': '$KEY' }, changing);
  const first = await resolve();
  changing['KEY'] = 'second';
  expect([first.headers, (await resolve()).headers]).toEqual([{ 'x-key': 'first' }, { 'x-key': 'second' }]);
});

test('all that could be a secret is named as one', async () => {
  const given = { authorization: 'Bearer abcdefgh', 'x-key': '$MY_KEY', 'content-type': 'application/json', dnt: '1' };
  const { secrets } = await headerValues(given, environment)();
  expect(new Set(secrets)).toEqual(new Set(['Bearer abcdefgh', 'abcdefgh', 'from-env']));
});

test('of two names that differ in their case the later one counts', async () => {
  const { headers } = await headerValues({ 'x-key': 'one', 'X-Key': 'two' }, {})();
  expect(headers).toEqual({ 'x-key': 'two' });
});

test.each<[string, Credential, string]>([
  ['a variable that is not set', '$ENV:MISSING', 'x-key: the environment variable MISSING is not set'],
  ['a name that objects inherit', '$constructor', 'x-key: the environment variable constructor is not set'],
  ['an empty variable', '$EMPTY', 'x-key is empty, or cannot stand in an HTTP header'],
  ['a variable of two lines', '$BAD', 'x-key is empty, or cannot stand in an HTTP header'],
  ['a function that gives nothing', () => '', 'x-key is empty, or cannot stand in an HTTP header'],
  ['a function that gives a line end', () => 'a\r\nx: y', 'x-key is empty, or cannot stand in an HTTP header'],
])('%s is told when it is needed, without its value', async (_, value, what) => {
  await expect(headerValues({ 'X-Key': value }, environment)()).rejects.toMatchObject({
    code: 'auth',
    message: `httpGeneric: header x-key${what.slice('x-key'.length)}`,
  });
});

test.each([
  ['', 'v'],
  ['a b', 'v'],
  ['a:b', 'v'],
  ['é', 'v'],
  ['a\r\nb', 'v'],
  ['x-key', 'secret-one\r\nx: y'],
  ['x-key', 'sécret-one'],
  ['x-key', '$ENV:'],
  ['x-key', '$ENV:not a name'],
])('the header %j with %j is refused at once, without its value', (name, value) => {
  const make = (): unknown => headerValues({ [name]: value }, {});
  expect(make).toThrow(expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining('-one') }));
});
