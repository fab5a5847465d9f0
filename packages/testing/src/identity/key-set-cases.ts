import { expectEqual, expectThat } from '../conformance/bench/expectation.js';
import type { AuthBench, AuthCase } from './auth-bench.js';
import type { AuthFeature } from './authenticator-under-test.js';
import { newSigner, publicJwk } from './sign-token.js';

const needs: readonly AuthFeature[] = ['jwt', 'upstream', 'key_set'];

/** Key sets that are fetched, change and fail. */
export const keySetCases: readonly AuthCase[] = [
  {
    name: 'key set: many callers at once fetch it once',
    needs,
    async run(bench) {
      const { token, principal } = await bench.mint();
      const answers = await Promise.all(Array.from({ length: 50 }, () => bench.authenticate(token)));
      for (const answer of answers) expectEqual(answer, principal, 'the principal');
      expectEqual(bench.upstream.requests(), 1, 'requests');
    },
  },
  {
    name: 'key set: a storm of unknown key ids fetches it at most once per cool-down',
    needs,
    async run(bench) {
      const stranger = await bench.stranger();
      await bench.expectAccepted(bench.sign(), 'a good token, before');
      for (let storm = 1; storm <= 3; storm++) {
        const before = bench.upstream.requests();
        for (let at = 0; at < 50; at++) {
          await bench.expectRefused(
            bench.signAs(stranger, undefined, { kid: `unknown-${storm}-${at}` }),
            'an unknown key id',
          );
        }
        await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            bench.expectRefused(
              bench.signAs(stranger, undefined, { kid: `at-once-${storm}-${at}` }),
              'an unknown key id',
            ),
          ),
        );
        const asked = bench.upstream.requests() - before;
        expectThat(asked <= 1, `the key set was fetched ${asked} times in one cool-down`);
        await bench.expectAccepted(bench.sign(), 'a good token, meanwhile');
        await bench.subject.pass(bench.keySet.coolDownMs + 1);
      }
    },
  },
  {
    name: 'key set: bad signatures under a known key id do not fetch it',
    needs,
    async run(bench) {
      const stranger = await bench.stranger();
      await bench.expectAccepted(bench.sign(), 'a good token, before');
      await bench.subject.pass(bench.keySet.coolDownMs + 1);
      const before = bench.upstream.requests();
      for (let at = 0; at < 20; at++) await bench.expectRefused(bench.signAs(stranger), 'a bad signature');
      expectEqual(bench.upstream.requests(), before, 'requests');
    },
  },
  {
    name: 'key set: a new key is found after the cool-down, and one that has gone is forgotten',
    needs,
    async run(bench) {
      await bench.expectAccepted(bench.sign(), 'the old key, before');
      const next = await newSigner(bench.jwt.signer.algorithm, 'the-next-key');
      bench.keySet.publish([publicJwk(bench.jwt.signer), publicJwk(next)]);
      await bench.subject.pass(bench.keySet.coolDownMs + 1);
      await bench.expectAccepted(bench.signAs(next), 'the new key');
      await bench.expectAccepted(bench.sign(), 'the old key, while it is published');

      bench.keySet.publish([publicJwk(next)]);
      await bench.subject.pass(bench.keySet.coolDownMs + 1);
      const unknown = await bench.stranger('makes-it-look-again');
      await bench.expectRefused(bench.signAs(unknown), 'an unknown key id');
      await bench.expectRefused(bench.sign(), 'the old key, when it has gone');
      await bench.expectAccepted(bench.signAs(next), 'the new key, afterwards');
    },
  },
  {
    name: 'key set: keys that are known stay good while it cannot be fetched',
    needs,
    async run(bench) {
      await bench.expectAccepted(bench.sign(), 'before');
      for (const fault of ['refused', 'error', 'garbage', 'lies', 'huge', 'redirect'] as const) {
        bench.upstream.fail(fault);
        await bench.subject.pass(bench.keySet.coolDownMs + 1);
        const stranger = await bench.stranger(`unknown-${fault}`);
        await bench.expectOutage(bench.signAs(stranger), `an unknown key id, ${fault}`);
        await bench.expectAccepted(bench.sign(), `a known one, ${fault}`);
      }
    },
  },
  {
    name: 'key set: a key for another use, algorithm or kind of key does not verify',
    needs,
    async run(bench) {
      const jwk = publicJwk(bench.jwt.signer);
      const other = publicJwk(await newSigner(bench.jwt.signer.algorithm === 'ES256' ? 'RS256' : 'ES256'));
      for (const [what, changed] of [
        ['use enc', { ...jwk, use: 'enc' }],
        ['key_ops without verify', { ...jwk, use: 'sig', key_ops: ['encrypt'] }],
        ['another alg', { ...jwk, alg: bench.jwt.signer.algorithm === 'RS256' ? 'PS256' : 'RS256' }],
        ['an unknown kty', { ...jwk, kty: 'none' }],
        ['another kty', { ...other, kid: jwk['kid'] }],
        ['a secret one', { kty: 'oct', k: 'AAAA', kid: jwk['kid'], alg: 'HS256', use: 'sig' }],
      ] as const) {
        await refusesUnder(bench, [changed], what);
      }
    },
  },
];

/** With such keys in the set, no good token is good. */
async function refusesUnder(
  bench: AuthBench,
  keys: Parameters<AuthBench['keySet']['publish']>[0],
  what: string,
): Promise<void> {
  bench.keySet.publish(keys);
  await bench.subject.pass(bench.keySet.coolDownMs + 1);
  const unknown = await bench.stranger('makes-it-look-again');
  await bench.failure(bench.signAs(unknown));
  const error = await bench.failure(bench.sign());
  expectThat(error !== undefined, `${what}: the token was accepted`);
}
