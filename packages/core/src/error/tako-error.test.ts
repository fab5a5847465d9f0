import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { ErrorCode } from './error-code.js';
import { isRetryable, isTakoError, retryAfterMs, TakoError } from './tako-error.js';

const partial = { content: [{ type: 'text', text: 'words of the conversation' }] } as const;

describe('two copies of the package', () => {
  const secondCopy = './tako-error.js?second-copy';

  test('recognise each other by brand', async () => {
    const other = (await import(secondCopy)) as typeof import('./tako-error.js'); // the same file, loaded again
    const theirs = new other.TakoError('rate_limited', 'slow down', { retryAfterMs: 7 });

    expect(theirs).not.toBeInstanceOf(TakoError);
    expect(isTakoError(theirs)).toBe(true);
    expect(isTakoError(theirs, 'auth', 'rate_limited')).toBe(true);
    expect(isTakoError(theirs, 'auth')).toBe(false);
    expect(isRetryable(theirs)).toBe(true);
    expect(retryAfterMs(theirs)).toBe(7);
    expect(other.isTakoError(new TakoError('auth', 'no'), 'auth')).toBe(true);
  });
});

describe('isTakoError', () => {
  test.each([
    undefined,
    null,
    'tako.error',
    42,
    new Error('x'),
    { code: 'auth' },
    Object.create(null),
    () => undefined,
  ])('is false for %o', (value) => {
    expect(isTakoError(value)).toBe(false);
    expect(isRetryable(value)).toBe(false);
    expect(retryAfterMs(value)).toBeUndefined();
  });
});

describe('retryable', () => {
  const byCode: { readonly [Code in ErrorCode]: boolean } = {
    invalid: false,
    auth: false,
    permission: false,
    not_found: false,
    rate_limited: true,
    overloaded: true,
    provider: true,
    transport: true,
    timeout: true,
    cancelled: false,
    context_overflow: false,
    content_filtered: false,
    malformed_response: true,
    unsupported: false,
    circuit_open: false,
    budget_exhausted: false,
    policy_denied: false,
    tool: false,
  };

  test.each(Object.entries(byCode) as [ErrorCode, boolean][])('%s: %s by default', (code, expected) => {
    expect(isRetryable(new TakoError(code, 'x'))).toBe(expected);
    expect(isRetryable(new TakoError(code, 'x', { retryable: !expected }))).toBe(!expected);
  });
});

describe('what an error shows', () => {
  const error = new TakoError('rate_limited', 'slow down', {
    cause: new Error('because'),
    retryAfterMs: 1_500,
    status: 429,
    requestId: 'req_1',
    source: 'acme:small',
    excerpt: 'too many',
    details: { cap: 'day' },
    partial,
  });

  test('is an Error with name, message, stack and cause', () => {
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('TakoError: slow down');
    expect(error.stack).toContain('tako-error.test');
    expect(error.cause).toEqual(new Error('because'));
  });

  test('a cause that is not given is absent, one that is null is kept', () => {
    expect('cause' in new TakoError('auth', 'x')).toBe(false);
    expect(new TakoError('cancelled', 'x', { cause: null }).cause).toBeNull();
  });

  test('JSON has the fields, without stack, cause and partial', () => {
    expect(JSON.parse(JSON.stringify(error))).toStrictEqual({
      code: 'rate_limited',
      message: 'slow down',
      retryable: true,
      retryAfterMs: 1_500,
      status: 429,
      requestId: 'req_1',
      source: 'acme:small',
      excerpt: 'too many',
      details: { cap: 'day' },
    });
  });

  test('partial can be read, and shows nowhere else', () => {
    expect(error.partial).toBe(partial);
    expect(Object.keys(error)).not.toContain('partial');
    expect(JSON.stringify({ ...error })).not.toContain('conversation');
    expect(inspect(error, { depth: 9 })).not.toContain('conversation');
    expect(inspect(new Error('outer', { cause: error }), { depth: 9 })).not.toContain('conversation');
    expect(String(error.stack)).not.toContain('conversation');
  });
});
