import type { ErrorCode, TakoError } from '@tako/core';

import type { Bench } from '../bench/bench.js';
import { expectCode, expectEqual, expectThat } from '../bench/expectation.js';
import { listen } from '../bench/listen.js';
import type { VendorScript } from '../bench/mock-vendor.js';
import { question } from '../bench/samples.js';
import { answered, refused, requestId } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

/** Answers that are no success. */
export const errorAnswerCases: readonly CaseDefinition[] = [
  status(400, 'invalid', false),
  status(401, 'auth', false),
  status(403, 'permission', false),
  status(404, 'not_found', false),
  status(408, 'timeout', true),
  status(413, 'context_overflow', false),
  status(429, 'rate_limited', true),
  status(500, 'provider', true),
  status(502, 'provider', true),
  status(503, 'overloaded', true),
  status(529, 'overloaded', true),
  {
    name: 'error answers: the id of the request is kept',
    needs: ['requestId'],
    async run(bench) {
      expectEqual((await failure(bench, refused(bench.wire, 500))).requestId, requestId, 'requestId');
    },
  },
  {
    name: "error answers: the vendor's explanation is in the error",
    async run(bench) {
      const explanation = 'Flux capacitor out of range.';
      const error = await failure(bench, refused(bench.wire, 400, explanation));
      expectThat(error.message.includes(explanation), `the message has "${explanation}", got "${error.message}"`);
    },
  },
  waits('retry-after in seconds', { 'retry-after': '7' }, (ms) => ms === 7_000),
  waits(
    'retry-after as an HTTP date',
    () => ({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
    (ms) => ms !== undefined && ms > 50_000 && ms <= 60_000, // a date has whole seconds
  ),
  waits('a retry-after that has passed', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, (ms) => ms === 0),
  waits('a retry-after that cannot be read', { 'retry-after': 'soon' }, (ms) => ms === undefined),
  waits('no retry-after', {}, (ms) => ms === undefined),
  {
    ...waits('retry-after-ms', { 'retry-after-ms': '1234', 'retry-after': '2' }, (ms) => ms === 1_234),
    needs: ['retryAfterMs'],
  },
  {
    name: 'error answers: a body that is no JSON keeps the status',
    async run(bench) {
      const page = '<html><body><h1>502 Bad Gateway</h1></body></html>';
      const error = await failure(bench, answered(bench.wire, 502, 'text/html', page));
      expectEqual([error.code, error.status], ['provider', 502], 'code and status');
    },
  },
  {
    name: 'error answers: no body keeps the status',
    async run(bench) {
      const error = await failure(bench, answered(bench.wire, 503, 'application/json', ''));
      expectEqual([error.code, error.status], ['overloaded', 503], 'code and status');
    },
  },
  {
    name: 'error answers: JSON of another shape keeps the status',
    async run(bench) {
      for (const body of ['null', '[]', '"no"', '42', '{}', '{"error":null}', '{"error":{"message":{}}}']) {
        const error = await failure(bench, answered(bench.wire, 401, 'application/json', body));
        expectEqual([error.code, error.status], ['auth', 401], `code and status for the body ${body}`);
      }
    },
  },
  {
    name: 'error answers: a long body does not become a long error',
    async run(bench) {
      const page = `<html>${'All work and no play. '.repeat(20_000)}</html>`;
      const error = await failure(bench, answered(bench.wire, 500, 'text/html', page));
      const size = JSON.stringify(error).length;
      expectThat(size < 4_000, `the error as JSON is a few lines, got ${size} characters`);
    },
  },
  {
    name: 'error answers: a body that breaks off keeps the status',
    async run(bench) {
      const error = await failure(bench, async (exchange) => {
        exchange.head(500, { 'content-type': 'application/json', 'content-length': '1000' });
        await exchange.write(Buffer.from('{"error":{"mess'));
        exchange.cut();
      });
      expectEqual([error.code, error.status], ['provider', 500], 'code and status');
    },
  },
  {
    name: 'error answers: nothing was received, and partial says so',
    async run(bench) {
      expectEqual((await failure(bench, refused(bench.wire, 500))).partial, { content: [] }, 'partial');
    },
  },
  askedOnce('a failure of the vendor', (bench) => refused(bench.wire, 500)),
  askedOnce('a limit that is over at once', (bench) =>
    refused(bench.wire, 429, 'Slow down.', { 'retry-after-ms': '1', 'retry-after': '0' }),
  ),
];

function status(code: number, expected: ErrorCode, retryable: boolean): CaseDefinition {
  return {
    name: `error answers: ${code} is ${expected}, ${retryable ? '' : 'not '}worth another try`,
    async run(bench) {
      const error = await failure(bench, refused(bench.wire, code));
      expectEqual(
        { code: error.code, status: error.status, retryable: error.retryable },
        { code: expected, status: code, retryable },
        `the error for ${code}`,
      );
    },
  };
}

function waits(
  what: string,
  headers: { readonly [name: string]: string } | (() => { readonly [name: string]: string }),
  isRight: (retryAfterMs: number | undefined) => boolean,
): CaseDefinition {
  return {
    name: `error answers: ${what}`,
    async run(bench) {
      const sent = typeof headers === 'function' ? headers() : headers;
      const { retryAfterMs } = await failure(bench, refused(bench.wire, 429, 'Slow down.', sent));
      expectThat(isRight(retryAfterMs), `retryAfterMs for ${JSON.stringify(sent)}, got ${String(retryAfterMs)}`);
    },
  };
}

/** Another try is for the retry layer: two who try multiply. */
function askedOnce(what: string, script: (bench: Bench) => VendorScript): CaseDefinition {
  return {
    name: `error answers: ${what} is asked for once`,
    async run(bench) {
      const server = await bench.vendor(script(bench));
      await listen(bench.provider(server), question);
      expectEqual(server.requests.length, 1, 'how many requests the vendor got');
    },
  };
}

async function failure(bench: Bench, script: VendorScript): Promise<TakoError> {
  const { events, error } = await listen(bench.provider(await bench.vendor(script)), question);
  expectEqual(events, [], 'the events before an error answer');
  return expectCode(error, 'the stream');
}
