import { expectEqual, expectThat } from '../conformance/bench/expectation.js';
import { seededRandom } from '../seeded-random.js';
import type { StoreBench, StoreCase } from './store-bench.js';

/** Many at once. */
export const rivalCases: readonly StoreCase[] = [
  {
    name: 'rivals: of 64 at once as many are granted as the cap bears',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 100 }), bench.account('run')];
      const results = await Promise.all(Array.from({ length: 64 }, (_, at) => bench.reserve(`r${at}`, 10, accounts)));
      expectEqual(results.filter(({ ok }) => ok).length, 10, 'reservations that were granted');
      await bench.expectBalance('day', 0, 100);
      await bench.expectBalance('run', 0, 100);
    },
  },
  {
    name: 'rivals: accounts named in another order do not lock each other out',
    async run(bench) {
      const [left, right] = [bench.account('left', { maxTokens: 40 }), bench.account('right', { maxTokens: 40 })];
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, at) => bench.reserve(`r${at}`, 2, at % 2 === 0 ? [left, right] : [right, left])),
      );
      expectEqual(results.filter(({ ok }) => ok).length, 20, 'reservations that were granted');
    },
  },
  ...[1, 2, 3].map((seed): StoreCase => ({
    name: `rivals: the ledger is the sum of what was used, and no cap is exceeded (seed ${seed})`,
    run: (bench) => interleaved(bench, seed),
  })),
];

/** Sixteen workers that reserve and settle at random; each one keeps its own books. */
async function interleaved(bench: StoreBench, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const cap = 200;
  const day = bench.account('day', { maxTokens: cap });
  let used = 0;
  let granted = 0;

  const worker = async (name: number): Promise<void> => {
    const run = bench.account(`run:${name}`, { maxTokens: cap / 4 });
    for (let at = 0; at < 8; at++) {
      const id = `${name}:${at}`;
      const amount = 1 + below(30);
      const result = await bench.reserve(id, amount, [run, day]);
      if (!result.ok) continue;
      granted++;
      const { spent, reserved } = await bench.store.balance('day');
      expectThat(
        spent.tokens + reserved.tokens <= cap,
        `the cap of ${cap} is exceeded: ${spent.tokens} + ${reserved.tokens}`,
      );
      const really = below(amount + 1);
      await bench.settle(id, really, [run, day]);
      used += really;
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, name) => worker(name)));
  expectThat(granted > 0, 'no reservation was granted at all');
  await bench.expectBalance('day', used, 0);
}
