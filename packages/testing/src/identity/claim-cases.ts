import { expectEqual, shown } from '../conformance/bench/expectation.js';
import type { AuthBench, AuthCase } from './auth-bench.js';

/** Tokens that the right key has signed, and that are not good all the same: RFC 7519, section 4.1. */
export const claimCases: readonly AuthCase[] = [
  {
    name: 'claims: an expired token, or one that does not say when it expires, is auth',
    needs: ['jwt'],
    async run(bench) {
      const now = seconds(bench);
      await refuseEach(bench, 'exp', [now - 3_600, 0, -1, undefined, null, `${now + 3_600}`, [now + 3_600], {}, true]);
      await bench.expectRefused(bench.sign(withRaw(bench, 'exp', '1e999')), 'exp beyond all numbers');
    },
  },
  {
    name: 'claims: a token that is not valid yet is auth',
    needs: ['jwt'],
    async run(bench) {
      const now = seconds(bench);
      await refuseEach(bench, 'nbf', [now + 3_600, `${now - 60}`, null, {}]);
      await bench.expectAccepted(bench.sign({ nbf: now - 60 }), 'valid since a minute');
    },
  },
  {
    name: 'claims: a token from the future is auth',
    needs: ['jwt'],
    async run(bench) {
      const now = seconds(bench);
      await refuseEach(bench, 'iat', [now + 3_600, `${now}`, null, {}]);
      await bench.expectAccepted(bench.sign({ iat: now - 60 }), 'a minute old');
    },
  },
  {
    name: 'claims: a token for another audience, or for none, is auth',
    needs: ['jwt'],
    async run(bench) {
      const aud = String(bench.jwt.claims()['aud']);
      const others = [undefined, null, '', 'other', {}, [], ['other'], 7, [[aud]], { [aud]: true }, `${aud} other`];
      await refuseEach(bench, 'aud', [...others, ...almost(aud), almost(aud)]);
      await bench.expectAccepted(bench.sign({ aud: ['other', aud] }), 'for two audiences, one of them the right one');
    },
  },
  {
    name: 'claims: a token of another issuer, or of none, is auth',
    needs: ['jwt'],
    async run(bench) {
      const iss = String(bench.jwt.claims()['iss']);
      await refuseEach(bench, 'iss', [undefined, null, '', 'https://other.example', [iss], {}, ...almost(iss)]);
    },
  },
  {
    name: 'claims: of a claim that stands twice the last counts, or the token is auth',
    needs: ['jwt'],
    async run(bench) {
      const { principal } = await bench.mint();
      const claims = JSON.stringify(bench.jwt.claims());
      for (const [name, wrong] of [
        ['exp', '1'],
        ['aud', '"other"'],
        ['iss', '"https://other.example"'],
      ] as const) {
        await bench.expectRefused(
          bench.sign(`${claims.slice(0, -1)},"${name}":${wrong}}`),
          `a wrong ${name} behind the right one`,
        );
        const answer = await bench
          .authenticate(bench.sign(`{"${name}":${wrong},${claims.slice(1)}`))
          .catch(() => principal);
        expectEqual(answer, principal, `a wrong ${name} before the right one`);
      }
    },
  },
  {
    name: 'claims: a payload that is no JSON object is auth',
    needs: ['jwt'],
    async run(bench) {
      const claims = JSON.stringify(bench.jwt.claims());
      const payloads: readonly (string | Uint8Array)[] = [
        '',
        'null',
        '[]',
        `[${claims}]`,
        JSON.stringify(claims),
        '42',
        claims.slice(0, -1),
        `${claims}x`,
        '['.repeat(3_000),
        Uint8Array.of(0xff, 0xfe),
        Buffer.from(claims.replace('}', ',"x":"\u00ff"}'), 'latin1'),
      ];
      for (const payload of payloads) await bench.expectRefused(bench.sign(payload), `the payload ${shown(payload)}`);
    },
  },
  {
    name: 'claims: what stands under __proto__ does not count',
    needs: ['jwt'],
    async run(bench) {
      const claims = JSON.stringify(bench.jwt.claims());
      await bench.expectRefused(bench.sign(`{"__proto__":${claims}}`), 'all claims under __proto__');
      await bench.expectRefused(bench.sign(`{"constructor":{"prototype":${claims}}}`), 'all claims under constructor');
      await bench.expectRefused(bench.sign('{}'), 'no claims, after that');
    },
  },
];

/** Texts that only careless comparisons take for `text`. */
function almost(text: string): string[] {
  return [`${text}/`, `${text}x`, ` ${text}`, `${text}\u0000`, text.slice(0, -1), text.toUpperCase()];
}

async function refuseEach(bench: AuthBench, claim: string, values: readonly unknown[]): Promise<void> {
  for (const value of values) await bench.expectRefused(bench.sign({ [claim]: value }), `${claim} ${shown(value)}`);
}

/** The good claims as JSON, one of them replaced by text that `JSON.stringify` does not write. */
function withRaw(bench: AuthBench, claim: string, text: string): string {
  const { [claim]: _, ...others } = bench.jwt.claims();
  return `${JSON.stringify(others).slice(0, -1)},"${claim}":${text}}`;
}

function seconds(bench: AuthBench): number {
  return Math.floor(bench.jwt.nowMs() / 1_000);
}
