import { user } from '@tako/core';
import { expect, test } from 'vitest';

import { mistralError } from './errors.js';

const prompt = 'Where does the wild boar sleep?';

function errorFor(status: number, body: unknown, headers: { readonly [name: string]: string } = {}) {
  return mistralError({
    source: 'mistral:m',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    request: { messages: [user(prompt)] },
    secrets: ['the-key'],
    nowMs: 0,
  });
}

const extra = {
  type: 'extra_forbidden',
  loc: ['body', 'messages', 0, 'seed'],
  msg: 'Extra inputs are not permitted',
  input: prompt,
};

test.each<[string, number, unknown, object]>([
  [
    "Mistral's own shape",
    401,
    { object: 'error', message: 'Unauthorized', type: 'invalid_request_error', param: null, code: null },
    { code: 'auth', message: 'mistral:m answered 401: Unauthorized' },
  ],
  [
    'what is wrong with the fields, in a message',
    422,
    { object: 'error', message: { detail: [extra, { loc: ['body'], msg: 'Bad.' }] }, type: 'invalid_request_error' },
    {
      code: 'invalid',
      retryable: false,
      message: 'mistral:m answered 422: body.messages.0.seed: Extra inputs are not permitted; body: Bad.',
    },
  ],
  [
    'what is wrong with the fields, from the web framework',
    422,
    { detail: [extra] },
    { message: 'mistral:m answered 422: body.messages.0.seed: Extra inputs are not permitted' },
  ],
  [
    'a detail as text',
    403,
    { detail: 'Forbidden' },
    { code: 'permission', message: 'mistral:m answered 403: Forbidden' },
  ],
  ['the gateway', 429, { message: 'Requests rate limit exceeded' }, { code: 'rate_limited', retryable: true }],
  [
    'an unknown model',
    400,
    { object: 'error', message: 'Invalid model: m', type: 'invalid_model', code: '1500' },
    { code: 'not_found', status: 400, retryable: false },
  ],
  [
    'a prompt that is too long',
    400,
    { object: 'error', message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' },
    { code: 'context_overflow', retryable: false },
  ],
  ['a page', 502, '<html>Bad Gateway</html>', { code: 'provider', status: 502 }],
  ['nothing', 503, '', { code: 'overloaded' }],
  [
    'lists of other things',
    422,
    { detail: [null, 7, {}, { loc: 'x', msg: {} }, { loc: [{}], msg: 'Odd.' }] },
    { code: 'invalid' },
  ],
])('%s', (_, status, body, expected) => {
  expect(errorFor(status, body)).toMatchObject(expected);
});

test('neither the prompt nor the key shows, however they come back', () => {
  const echo = { ...extra, msg: `Input "${prompt}" by the-key`, ctx: { input: prompt } };
  const text = JSON.stringify(errorFor(422, { detail: [echo] }));
  expect(text).not.toContain('wild boar');
  expect(text).not.toContain('the-key');
});

test("the request's id and the time to wait come from the headers", () => {
  const body = { object: 'error', message: 'Invalid model: m', type: 'invalid_model' };
  const error = errorFor(400, body, { 'mistral-correlation-id': '019b98cb', 'retry-after': '3' });
  expect(error).toMatchObject({ requestId: '019b98cb', retryAfterMs: 3_000, source: 'mistral:m' });
});
