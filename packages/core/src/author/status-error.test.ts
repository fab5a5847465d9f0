import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { ErrorCode } from '../error/error-code.js';
import { user } from '../message/message.js';
import { codeByStatus, statusError, type FailedAnswer } from './status-error.js';

const answered = (status: number, body: unknown = '', more: Partial<FailedAnswer> = {}) =>
  statusError({
    source: 'acme:small',
    status,
    headers: {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
    nowMs: 0,
    ...more,
  });

describe('code by status', () => {
  const table: readonly (readonly [number, ErrorCode, boolean])[] = [
    [301, 'invalid', false],
    [307, 'invalid', false],
    [400, 'invalid', false],
    [401, 'auth', false],
    [402, 'invalid', false],
    [403, 'permission', false],
    [404, 'not_found', false],
    [405, 'invalid', false],
    [408, 'timeout', true],
    [409, 'provider', true],
    [413, 'context_overflow', false],
    [415, 'invalid', false],
    [418, 'invalid', false],
    [422, 'invalid', false],
    [425, 'provider', true],
    [429, 'rate_limited', true],
    [451, 'invalid', false],
    [500, 'provider', true],
    [501, 'provider', true],
    [502, 'provider', true],
    [503, 'overloaded', true],
    [504, 'timeout', true],
    [520, 'provider', true],
    [529, 'overloaded', true],
    [599, 'provider', true],
  ];

  test.each(table)('%d is %s, retryable %s', (status, code, retryable) => {
    expect(codeByStatus(status)).toBe(code);
    expect(answered(status)).toMatchObject({ code, retryable, status, source: 'acme:small' });
  });
});

describe("the vendor's own code, where it says more", () => {
  test.each<readonly [string, number, unknown, ErrorCode]>([
    [
      'OpenAI',
      400,
      { error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' } },
      'context_overflow',
    ],
    ['OpenAI', 400, { error: { message: 'no', code: 'content_policy_violation' } }, 'content_filtered'],
    ['Azure OpenAI', 400, { error: { message: 'no', code: 'content_filter' } }, 'content_filtered'],
    ['Azure OpenAI', 404, { error: { message: 'no', code: 'DeploymentNotFound' } }, 'not_found'],
    ['OpenAI', 400, { error: { message: 'no', code: 'model_not_found' } }, 'not_found'],
    [
      'Anthropic',
      400,
      { type: 'error', error: { type: 'request_too_large', message: 'too large' } },
      'context_overflow',
    ],
    ['Anthropic', 500, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 'overloaded'],
    ['a stranger', 400, { error: { message: 'no', code: 'constructor' } }, 'invalid'],
    ['Google', 429, { error: { code: 429, message: 'no', status: 'RESOURCE_EXHAUSTED' } }, 'rate_limited'],
  ])('%s: %d %o', (_vendor, status, body, code) => {
    expect(answered(status, body).code).toBe(code);
  });

  test('an exhausted quota is not worth another try', () => {
    const body = {
      error: { message: 'You exceeded your quota', type: 'insufficient_quota', code: 'insufficient_quota' },
    };
    expect(answered(429, body)).toMatchObject({ code: 'rate_limited', retryable: false });
    expect(answered(429, { error: { message: 'x', type: 'insufficient_quota', code: null } }).retryable).toBe(false);
  });
});

describe('the message of any body', () => {
  test.each([
    ['{ error: { message } }', { error: { message: 'out of cheese' } }],
    ['{ error: text }', { error: 'out of cheese' }],
    ['{ message }', { message: 'out of cheese', request_id: 'x' }],
    ['{ detail }', { detail: 'out of cheese' }],
    ['a JSON string', '"out of cheese"'],
    ['plain text', 'out of cheese'],
    ['a page of a proxy', '<html>\n<h1>out of cheese</h1></html>'],
    ['cut-off JSON', '{"error":{"message":"out of cheese'],
  ])('%s', (_, body) => {
    const error = answered(500, body);
    expect(error.excerpt).toContain('out of cheese');
    expect(error.message).toMatch(/^acme:small answered 500: .*out of cheese/);
  });

  test.each([
    '',
    'null',
    '42',
    '[]',
    '{}',
    '{"error":null}',
    '{"error":{"message":{"deep":1}}}',
    '{"error":[]}',
    '{"__proto__":{"message":"x"}}',
  ])('a body that says nothing gives the status alone: %s', (body) => {
    const error = answered(500, body);
    expect(error).toMatchObject({ code: 'provider', status: 500 });
    expect(error.message).toMatch(/^acme:small answered 500/);
  });

  test('is bounded, whatever comes', () => {
    expect(answered(500, 'x'.repeat(1_000_000)).message.length).toBeLessThan(400);
    expect(answered(500, { error: { message: 'y'.repeat(1_000_000) } }).message.length).toBeLessThan(400);
  });
});

describe('headers', () => {
  test('the wait, in either form', () => {
    expect(answered(429, '', { headers: { 'retry-after': '7' } }).retryAfterMs).toBe(7_000);
    const headers = { 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' };
    expect(answered(429, '', { headers, nowMs: 10_000 }).retryAfterMs).toBe(20_000);
    expect(answered(429).retryAfterMs).toBeUndefined();
  });

  test("the vendor's id of the request", () => {
    expect(answered(500, '', { headers: { 'x-request-id': 'req_1' } }).requestId).toBe('req_1');
    expect(answered(500, '', { headers: { 'request-id': 'req_2' } }).requestId).toBe('req_2');
  });
});

test('neither the key nor the prompt shows anywhere in the error', () => {
  const key = 'odd+key/0123456789';
  const prompt = 'My patient Ada Lovelace has a fever. "Help"\nplease.';
  const bodies = [
    { error: { message: `key ${key} may not ask: ${prompt}` } },
    `<html>${key} ${JSON.stringify({ messages: [{ content: prompt }] })}</html>`,
    { error: `${prompt} ${key}` },
    { detail: [{ input: prompt }] },
  ];
  for (const body of bodies) {
    const error = answered(400, body, { secrets: [key], request: { messages: [user(prompt)] } });
    const shown = `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${String(error.stack)}`;
    expect(shown).not.toContain(key);
    expect(shown).not.toMatch(/patient|Lovelace|fever/);
  }
});
