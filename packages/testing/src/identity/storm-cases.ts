import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expectEqual, expectThat } from '../conformance/bench/expectation.js';
import type { AuthBench, AuthCase } from './auth-bench.js';

/** What remembering the tokens of a storm takes is more than this; of 10 000, even their hashes. */
const maxGrowthBytes = 1_000_000;

/** Tokens without end, as whoever guesses sends them. */
export const stormCases: readonly AuthCase[] = [
  {
    name: 'storm: thousands of garbage tokens leave nothing in memory, and good ones good',
    async run(bench) {
      const { token, principal } = await bench.mint();
      const collect = collector();
      const before = bench.subject.upstream?.requests() ?? 0;
      await storm(bench, token, 500); // so that what is made once is made
      const bytes = collect();
      await storm(bench, token, countFor(bench));
      const grown = collect() - bytes;
      expectThat(grown < maxGrowthBytes, `the heap grew by ${grown} bytes`);
      const asked = (bench.subject.upstream?.requests() ?? 0) - before;
      if (bench.subject.keySet !== undefined) expectThat(asked <= 1, `the key set was fetched ${asked} times`);
      await bench.subject.pass(bench.subject.keySet?.coolDownMs ?? 0);
      expectEqual(await bench.authenticate(token), principal, 'the principal, afterwards');
    },
  },
];

/** As many as take a second or two: where each is asked about over the network, fewer. */
function countFor({ subject }: AuthBench): number {
  if (subject.keySet !== undefined) return 10_000;
  return subject.upstream === undefined ? 4_000 : 1_500;
}

/** Half of them are almost good ones, half of them name keys that nobody has. */
async function storm(bench: AuthBench, token: string, count: number): Promise<void> {
  const kept = token.slice(0, Math.max(4, token.length - 24));
  const [, payload = '', signature = ''] = token.split('.');
  for (let at = 0; at < count; at += 50) {
    const garbage = Array.from({ length: 50 }, (_, number) => {
      if (signature === '') return kept + randomBytes(1_500).toString('base64url');
      const random = randomBytes(18).toString('base64url');
      if (number % 2 === 0) return kept + random;
      const header = { alg: bench.subject.jwt?.signer.algorithm, typ: 'JWT', kid: random };
      return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
    });
    const outcomes = await Promise.allSettled(garbage.map((each) => bench.authenticate(each)));
    expectThat(
      outcomes.every(({ status }) => status === 'rejected'),
      'a garbage token was accepted',
    );
  }
}

/** Clears away what nobody holds, and says how many bytes are left. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // the flag put it there
  return () => {
    for (let round = 0; round < 3; round++) collect();
    return process.memoryUsage().heapUsed;
  };
}
