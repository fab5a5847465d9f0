import { expectCode, expectThat } from '../conformance/bench/expectation.js';
import { outageCodes, type AuthCase } from './auth-bench.js';
import type { UpstreamFault } from './authenticator-under-test.js';

const answered: readonly (readonly [fault: UpstreamFault, name: string])[] = [
  ['refused', 'upstream: one that cannot be reached is an outage, not a bad token'],
  ['error', 'upstream: one that answers 500 is an outage, not a bad token'],
  ['garbage', 'upstream: an answer that cannot be read is an outage, not a bad token'],
  ['lies', 'upstream: an answer of another shape is an outage, not a bad token, nor a good one'],
  ['huge', 'upstream: an answer without end is an outage, not a bad token'],
  ['redirect', 'upstream: a redirect is not followed, and is an outage'],
];

const silent: readonly (readonly [fault: UpstreamFault, name: string])[] = [
  ['hangs', 'upstream: one that never answers is an outage, when its time is over'],
  ['stalls', 'upstream: an answer that begins and does not go on is an outage, when its time is over'],
];

/** What is asked over the network, and fails: the caller may be right, so that it must not be told that it is wrong. */
export const upstreamCases: readonly AuthCase[] = [
  ...answered.map(([fault, name]): AuthCase => ({
    name,
    needs: ['upstream'],
    async run(bench) {
      const { token } = await bench.mint();
      const before = bench.upstream.requests();
      bench.upstream.fail(fault);
      await bench.expectOutage(token, fault);
      const asked = bench.upstream.requests() - before;
      expectThat(asked <= 1, `the upstream was asked ${asked} times for one token`);
    },
  })),
  ...silent.map(([fault, name]): AuthCase => ({
    name,
    needs: ['upstream'],
    async run(bench) {
      const { token } = await bench.mint();
      const before = bench.upstream.requests();
      bench.upstream.fail(fault);
      const failure = bench.failure(token);
      try {
        await bench.untilAsked(before);
        await bench.passUntil(bench.upstream.timeoutMs, failure);
        expectCode(await failure, 'no answer', ...outageCodes);
      } finally {
        bench.upstream.fail(undefined);
      }
    },
  })),
  {
    name: 'upstream: a token is good again when the outage is over',
    needs: ['upstream'],
    async run(bench) {
      const { token } = await bench.mint();
      bench.upstream.fail('error');
      await bench.expectOutage(token, 'during');
      bench.upstream.fail(undefined);
      await bench.subject.pass(bench.subject.keySet?.coolDownMs ?? 0);
      const later = await bench.mint();
      await bench.expectAccepted(later.token, 'afterwards');
    },
  },
];
