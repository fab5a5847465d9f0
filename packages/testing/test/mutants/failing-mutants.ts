import { attachPartial, isTakoError } from '@tako/core';
import { fetchTransport } from '@tako/core/provider';

import { misuses, tells, throws, type Mutant } from './mutant.js';

/** Providers that fail wrongly. */
export const failingMutants: readonly Mutant[] = [
  throws((error) => void Object.assign(error, { code: 'tool' }), {
    fault: 'gives every failure the same code',
    caughtBy: [
      /^error answers: \d{3} is/,
      /^error answers: .*keeps the status/,
      /^connections: .*transport/,
      'broken streams: a page',
      'broken streams: an empty body',
      'broken streams: a frame that cannot',
      'time limits: connect',
      'time limits: total',
    ],
    says: /the error for|code and status|expected the code/,
  }),
  throws((error) => void Object.assign(error, { retryable: !error.retryable }), {
    fault: 'has it the wrong way round what is worth another try',
    caughtBy: [/^error answers: \d{3} is/, 'connections: a refused one', /^time limits: .*in time/],
    says: /the error for|retryable|worth another try/,
  }),
  throws((error) => void Object.assign(error, { requestId: undefined }), {
    fault: 'drops the id of the request',
    caughtBy: ['error answers: the id of the request'],
    says: /requestId/,
  }),
  throws(
    (error) => {
      error.message = 'Something went wrong.';
    },
    { fault: 'explains nothing', caughtBy: ["error answers: the vendor's explanation"], says: /Flux capacitor/ },
  ),
  throws((error) => void Object.assign(error, { retryAfterMs: undefined }), {
    fault: 'does not read how long to wait',
    caughtBy: [
      'error answers: retry-after in seconds',
      'error answers: retry-after as an HTTP date',
      'error answers: a retry-after that has passed',
      'error answers: retry-after-ms',
    ],
    says: /retryAfterMs for/,
  }),
  throws((error) => void Object.assign(error, { retryAfterMs: error.retryAfterMs ?? 1_000 }), {
    fault: 'makes up how long to wait',
    caughtBy: ['error answers: a retry-after that cannot be read', 'error answers: no retry-after'],
    says: /retryAfterMs for/,
  }),
  throws(
    (error) => {
      error.message += 'x'.repeat(10_000);
    },
    { fault: 'keeps the whole body', caughtBy: ['error answers: a long body'], says: /a few lines/ },
  ),
  throws((error) => void Object.assign(error, { partial: undefined }), {
    fault: 'has no partial',
    caughtBy: ['error answers: nothing was received', 'broken streams: the usage told'],
    says: /partial/,
  }),
  tells(
    async function* (events) {
      try {
        yield* events;
      } catch (error) {
        throw attachPartial(error, { content: [] });
      }
    },
    {
      fault: 'forgets what came before a failure',
      caughtBy: [/^broken streams: .*came before is in partial/, /^broken streams: a body that ends/],
      says: /partial/,
    },
  ),
  tells(
    async function* (events) {
      try {
        yield* events;
      } catch (error) {
        if (!isTakoError(error, 'transport')) throw error;
        yield { type: 'finish', finishReason: 'stop' };
      }
    },
    { fault: 'takes a break for the end', caughtBy: [/^broken streams: the connection/], says: /there was none/ },
  ),
  tells(
    async function* (events) {
      try {
        yield* events;
      } catch (error) {
        throw new Error('fetch failed', { cause: error });
      }
    },
    { fault: 'throws what is not ours', caughtBy: [/^connections: .*transport/], says: /expected a TakoError/ },
  ),
  tells(
    async function* (events, _, again) {
      try {
        yield* events;
      } catch {
        yield* again();
      }
    },
    { fault: 'tries again by itself', caughtBy: [/^error answers: .*asked for once/], says: /how many requests/ },
  ),
  misuses(
    (options) => ({
      ...options,
      transport: fetchTransport((url, init) => fetch(url, { ...init, redirect: 'follow' })),
    }),
    { fault: 'follows redirects', caughtBy: ['connections: a redirect'], says: /the other server/ },
  ),
  throws(
    (error, { apiKey }) => {
      error.message += ` (key ${apiKey})`;
    },
    { fault: 'shows the key', caughtBy: ['secrecy: '], says: /no error shows the key/ },
  ),
  throws((error, { apiKey }) => void Object.assign(error, { headers: { 'x-acme-key': apiKey } }), {
    fault: 'keeps the key beside the message',
    caughtBy: ['secrecy: '],
    says: /no error shows the key/,
  }),
  throws(
    (error, { apiKey }) =>
      void Object.defineProperty(error, 'request', { value: { authorization: btoa(`user:${apiKey}`) } }),
    {
      fault: 'keeps the key where no log shows it, encoded',
      caughtBy: ['secrecy: '],
      says: /no error shows the key, and it is in .*base64/,
    },
  ),
  throws((error, _, request) => void Object.assign(error, { cause: new Error(JSON.stringify(request.messages)) }), {
    fault: 'keeps the request as the cause',
    caughtBy: ['secrecy: '],
    says: /inspect prints of the error does not show the/,
  }),
];
