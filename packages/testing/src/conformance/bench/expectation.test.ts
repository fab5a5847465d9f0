import { providerError } from '@tako/core/provider';
import { expect, test } from 'vitest';

import { expectCode, expectEqual, expectThat, shown, within } from './expectation.js';

test('a field that is undefined is as good as absent, at any depth', () => {
  expectEqual({ a: [{ b: 1, c: undefined }] }, { a: [{ b: 1 }], d: undefined }, 'the thing');
  expect(() => expectEqual({ a: null }, {}, 'the thing')).toThrow('the thing: expected {}, got { a: null }');
});

test('bytes are compared as bytes', () => {
  expectEqual(Uint8Array.of(1), Uint8Array.of(1), 'bytes');
  expect(() => expectEqual(Uint8Array.of(1), Uint8Array.of(2), 'bytes')).toThrow('bytes: expected');
});

test('a claim that does not hold is the message', () => {
  expect(() => expectThat(false, 'there is cake')).toThrow('there is cake');
});

test('an error must be there, be ours, and have the code', () => {
  const error = providerError('timeout', 'too late');
  expect(expectCode(error, 'it', 'timeout')).toBe(error);
  expect(expectCode(error, 'it')).toBe(error);
  expect(() => expectCode(undefined, 'it', 'timeout')).toThrow('it: expected an error timeout, and there was none');
  expect(() => expectCode(new Error('x'), 'it', 'timeout')).toThrow('it: expected a TakoError');
  expect(() => expectCode(error, 'it', 'auth', 'invalid')).toThrow('expected the code auth or invalid, got timeout');
});

test('an error shows its code, its message and its causes, and not its stack', () => {
  const error = providerError('transport', 'broke off', { cause: new TypeError('terminated') });
  expect(shown(error)).toBe('TakoError transport "broke off", because of TypeError "terminated"');
});

test('a promise that never settles fails with what was waited for', async () => {
  await expect(within(5, new Promise(() => undefined), 'the answer')).rejects.toThrow('the answer: not within 5 ms');
  await expect(within(1_000, Promise.resolve(7), 'the answer')).resolves.toBe(7);
});
