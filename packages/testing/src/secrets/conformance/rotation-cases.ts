import { cachedResolver } from '@tako/core';

import { expectEqual } from '../../conformance/bench/expectation.js';
import { fakeClock } from '../../fake-clock.js';
import type { SecretCase } from './secret-bench.js';

/** Secrets that change while they are used, by many at once. */
export const rotationCases: readonly SecretCase[] = [
  {
    name: 'rotation: secret(key) gives the value of the moment in which it is used',
    async run(bench) {
      const old = await bench.put();
      const credential = bench.resolver().secret(old.key);
      expectEqual(bench.requests, 0, 'requests before it is used');
      expectEqual((await credential()).expose(), old.value, 'the first value');
      const rotated = await bench.put();
      expectEqual((await credential()).expose(), rotated.value, 'the value after the rotation');
    },
  },
  {
    name: 'rotation: 50 at once each get the value',
    async run(bench) {
      const stored = await bench.put();
      const resolver = bench.resolver();
      const all = await Promise.all(Array.from({ length: 50 }, () => resolver.resolve(stored.key)));
      expectEqual(new Set(all.map((secret) => secret.expose())).size, 1, 'different values');
    },
  },
  {
    name: 'rotation: 50 at once behind a cache ask once, and once more after its time',
    async run(bench) {
      const old = await bench.put();
      const clock = fakeClock();
      const resolver = cachedResolver(bench.resolver(), { clock, ttlMs: 60_000 });
      const use = async (): Promise<Set<string>> => {
        const all = await Promise.all(Array.from({ length: 50 }, () => resolver.secret(old.key)()));
        return new Set(all.map((secret) => secret.expose()));
      };
      expectEqual([...(await use())], [old.value], 'the values at first');
      const rotated = await bench.put();
      expectEqual([...(await use())], [old.value], 'the values within its time');
      expectEqual(bench.asked, 1, 'requests for the secret');
      await clock.advance(60_000);
      expectEqual([...(await use())], [rotated.value], 'the values after its time');
      expectEqual(bench.asked, 2, 'requests for the secret after its time');
    },
  },
];
