import { expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import { vendorServer } from '../server/vendor-server.js';
import type { SecretBench, SecretCase, Stored } from './secret-bench.js';

/** Answers that are none, each with room for a text. */
const lies: readonly (readonly [what: string, make: (text: string) => string])[] = [
  ['a page', (text) => `<html><body>${text}</body></html>`],
  ['JSON that is cut off', (text) => `{"value":"${text}`],
  ['nothing', () => ''],
  ['an empty object', () => '{}'],
  ['a list', (text) => JSON.stringify([text])],
  ['a text', (text) => JSON.stringify(text)],
  ['null', () => 'null'],
  ['a number', () => '42'],
  [
    'fields of other types',
    () => JSON.stringify({ value: 42, data: 42, payload: { data: 42 }, SecretString: 42, SecretBinary: 42 }),
  ],
  ['lists of texts', (text) => JSON.stringify({ value: [text], data: [text], payload: [text], SecretString: [text] })],
];

/** Answers without the secret. */
export const refusalCases: readonly SecretCase[] = [
  {
    name: 'refusals: forbidden is permission',
    async run(bench) {
      const error = await refused(bench, await bench.put(), 'forbidden', 'permission');
      expectThat(!error.retryable, 'it is not worth another try');
    },
  },
  {
    name: 'refusals: a credential that is not taken is auth, and is not tried for ever',
    async run(bench) {
      await refused(bench, await bench.put(), 'unauthorized', 'auth', 'permission');
      expectThat(
        bench.asked <= 2,
        `the store is asked once, or twice with a new token, and was asked ${bench.asked} times`,
      );
    },
  },
  {
    name: 'refusals: throttled is rate_limited, with the time that the store asks for, and not tried again',
    async run(bench) {
      const error = await refused(bench, await bench.put(), 'throttled', 'rate_limited');
      expectThat(error.retryable, 'it is worth another try');
      const waitMs = bench.underTest.lacks?.retryAfter === undefined ? 7_000 : undefined;
      expectEqual(error.retryAfterMs, waitMs, 'retryAfterMs');
      expectEqual(bench.asked, 1, 'requests for the secret');
    },
  },
  {
    name: 'refusals: a store that fails is worth another try, and it is left to the caller',
    async run(bench) {
      const error = await refused(bench, await bench.put(), 'down', 'provider', 'overloaded', 'transport', 'timeout');
      expectThat(error.retryable, 'it is worth another try');
      expectEqual(bench.asked, 1, 'requests for the secret');
    },
  },
  ...lies.map(([what, make]): SecretCase => ({
    name: `lies: ${what} in place of an answer is malformed_response`,
    async run(bench) {
      const stored = await bench.put();
      bench.fault({ status: 200, headers: { 'content-type': 'application/json' }, body: make(stored.value) });
      await bench.expectFailure(bench.resolver().resolve(stored.key), stored, 'malformed_response');
    },
  })),
  {
    name: 'lies: a refusal that is a page',
    async run(bench) {
      const stored = await bench.put();
      bench.fault(({ headers }) => ({ status: 502, body: `<html>${JSON.stringify(headers)} ${stored.value}</html>` }));
      await bench.expectFailure(
        bench.resolver().resolve(stored.key),
        stored,
        'provider',
        'overloaded',
        'transport',
        'malformed_response',
      );
    },
  },
  ...[301, 302, 303, 307, 308].map((status): SecretCase => ({
    name: `redirects: ${status} to another host is not followed`,
    async run(bench) {
      const stored = await bench.put();
      const elsewhere = await vendorServer(() => ({ status: 200, body: {} }), { host: 'localhost' });
      try {
        bench.fault(({ url }) => ({ status, headers: { location: `${elsewhere.url}${url.pathname}` }, body: '{}' }));
        await bench.expectFailure(bench.resolver().resolve(stored.key), stored);
        expectEqual(elsewhere.requests.length, 0, 'requests to the other host');
      } finally {
        await elsewhere.close();
      }
    },
  })),
];

/** A refusal that repeats the request's headers and the secret. */
function refused(
  bench: SecretBench,
  stored: Stored,
  kind: Parameters<SecretBench['store']['refusal']>[0],
  ...codes: Parameters<SecretBench['expectFailure']> extends [unknown, unknown, ...infer Codes] ? Codes : never
): ReturnType<SecretBench['expectFailure']> {
  bench.fault(({ headers }) => bench.store.refusal(kind, `no ${stored.value} for ${JSON.stringify(headers)}`));
  return bench.expectFailure(bench.resolver().resolve(stored.key), stored, ...codes);
}
