import { expectEqual, expectThat, within } from '../../conformance/bench/expectation.js';
import { trackedSignal } from '../../tracked-signal.js';
import type { SecretCase } from './secret-bench.js';

/** Far beyond what a resolver may read, in bytes. */
const hugeBytes = 64 * 1_048_576;

/** Answers that come late, do not end, or do not come. */
export const waitingCases: readonly SecretCase[] = [
  {
    name: 'waiting: no answer is timeout',
    async run(bench) {
      const stored = await bench.put();
      bench.fault('hang');
      const error = await bench.expectFailure(bench.resolver(150).resolve(stored.key), stored, 'timeout');
      expectThat(error.retryable, 'it is worth another try');
    },
  },
  {
    name: 'waiting: an answer that begins and does not end is timeout',
    async run(bench) {
      const stored = await bench.put();
      const stop = new AbortController();
      bench.fault({ status: 200, body: stalling(stop.signal) });
      try {
        await bench.expectFailure(bench.resolver(150).resolve(stored.key), stored, 'timeout');
      } finally {
        stop.abort();
      }
    },
  },
  {
    name: 'waiting: an answer without an end is not read to it',
    async run(bench) {
      const stored = await bench.put();
      let sent = 0;
      bench.fault({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: (async function* endless() {
          yield `{"value":"${stored.value}`;
          for (const piece = 'x'.repeat(65_536); sent < hugeBytes; sent += piece.length) yield piece;
        })(),
      });
      await bench.expectFailure(bench.resolver().resolve(stored.key), stored, 'malformed_response');
      expectThat(sent < hugeBytes / 2, `the rest of the answer is not read, and ${sent} bytes were`);
    },
  },
  {
    name: 'waiting: a connection that breaks off is transport',
    async run(bench) {
      const stored = await bench.put();
      bench.fault('reset');
      const error = await bench.expectFailure(bench.resolver().resolve(stored.key), stored, 'transport');
      expectThat(error.retryable, 'it is worth another try');
      expectEqual(bench.asked, 1, 'requests for the secret');
    },
  },
  {
    name: 'waiting: a refused connection is transport',
    async run(bench) {
      const stored = await bench.put();
      const resolver = bench.resolver();
      await bench.expectValue(resolver, stored.key, stored.value); // it has a token now
      await bench.store.server.close();
      await bench.expectFailure(resolver.resolve(stored.key), stored, 'transport');
    },
  },
  {
    name: 'cancellation: an abort is cancelled at once, with its reason, and leaves no listener',
    async run(bench) {
      const stored = await bench.put();
      const resolver = bench.resolver(60_000);
      await bench.expectValue(resolver, stored.key, stored.value);
      const tracked = trackedSignal();
      const arrived = new Promise<void>((resolve) => {
        bench.fault(() => {
          resolve();
          return 'hang';
        });
      });
      const asking = resolver.resolve(stored.key, { signal: tracked.signal });
      asking.catch(() => undefined); // heard below
      await within(5_000, arrived, 'the request arrives');
      const reason = new Error('enough');
      tracked.abort(reason);
      const error = await bench.expectFailure(asking, stored, 'cancelled');
      expectThat(error.cause === reason, "the signal's reason is the cause");
      expectEqual(tracked.listeners, 0, 'listeners on the signal');
    },
  },
  {
    name: 'cancellation: a signal that is aborted already sends nothing',
    async run(bench) {
      const stored = await bench.put();
      const asking = bench.resolver().resolve(stored.key, { signal: AbortSignal.abort('no') });
      await bench.expectFailure(asking, stored, 'cancelled');
      expectEqual(bench.requests, 0, 'requests that were sent');
    },
  },
  {
    name: 'cancellation: an answer leaves no listener on the signal, nor does a refusal',
    async run(bench) {
      const stored = await bench.put();
      const tracked = trackedSignal();
      const resolver = bench.resolver();
      await resolver.resolve(stored.key, { signal: tracked.signal });
      bench.fault(bench.store.refusal('forbidden', 'no'));
      await bench.expectFailure(resolver.resolve(stored.key, { signal: tracked.signal }), stored, 'permission');
      expectEqual(tracked.listeners, 0, 'listeners on the signal');
    },
  },
];

/** Begins a body and waits. */
async function* stalling(until: AbortSignal): AsyncGenerator<string> {
  yield '{"value":"';
  await new Promise<void>((resolve) => {
    until.addEventListener('abort', () => resolve(), { once: true });
  });
}
