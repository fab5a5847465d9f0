import { expectEqual, expectThat } from '../conformance/bench/expectation.js';
import type { AuthCase } from './auth-bench.js';

/** Tokens that nobody gave out. Callers without types pass what is no text. */
const malformed: readonly (readonly [what: string, token: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 42],
  ['an object', {}],
  ['a list', ['token']],
  ['an empty text', ''],
  ['a space', ' '],
  ['a line end', '\n'],
  ['a null character', '\u0000'],
  ['dots', '...'],
  ['two dots', '..'],
  ['a word', 'token'],
  ['letters beyond ASCII', 'tökën-tökën-tökën-☃'],
  ['a lone surrogate', 'token-token-token-\uD800'],
  ['a name that every object has', '__proto__'],
  ['another such name', 'constructor'],
  ['a path', '../../../../etc/passwd'],
  ['an encoded path', '..%2f..%2fconfig'],
  ['SQL', "' OR '1'='1' --"],
  ['JSON', '{"token":"token"}'],
];

/** What is a token, and what is not. */
export const tokenCases: readonly AuthCase[] = [
  {
    name: 'token: a good one gives its principal',
    async run(bench) {
      const { token, principal } = await bench.mint();
      expectEqual(await bench.authenticate(token), principal, 'the principal');
    },
  },
  {
    name: 'token: a missing, empty, non-ASCII or malformed one is auth',
    async run(bench) {
      for (const [what, token] of malformed) await bench.expectRefused(token as string, what);
    },
  },
  {
    name: 'token: one of 100 kB is auth, and nobody is asked about it',
    async run(bench) {
      const before = bench.subject.upstream?.requests();
      const { token } = await bench.mint();
      const [head = ''] = token.split('.');
      await bench.expectRefused('a'.repeat(100_000), 'one letter, again and again');
      await bench.expectRefused(token + 'a'.repeat(100_000), 'a good token made longer');
      await bench.expectRefused(`${head}.${'a'.repeat(100_000)}.a`, 'a long payload');
      await bench.expectRefused('.'.repeat(100_000), 'dots');
      expectEqual(bench.subject.upstream?.requests(), before, 'requests to the upstream');
    },
  },
  {
    name: 'token: white space around or within is auth, not trimmed',
    async run(bench) {
      const { token } = await bench.mint();
      const middle = Math.floor(token.length / 2);
      for (const space of [' ', '\t', '\n', '\r\n', '\u00a0', '\u0000', '\ufeff']) {
        await bench.expectRefused(token + space, `${JSON.stringify(space)} at the end`);
        await bench.expectRefused(space + token, `${JSON.stringify(space)} at the beginning`);
        await bench.expectRefused(
          token.slice(0, middle) + space + token.slice(middle),
          `${JSON.stringify(space)} within`,
        );
      }
    },
  },
  {
    name: 'token: almost a good one is auth',
    async run(bench) {
      const { token } = await bench.mint();
      await bench.expectRefused(token.slice(0, -8), 'its end cut off');
      await bench.expectRefused(token.slice(1), 'its beginning cut off');
      await bench.expectRefused(`${token}AAAA`, 'made longer');
      await bench.expectRefused(`${token}=`, 'padded');
      await bench.expectRefused(`${token}.`, 'one more dot');
      await bench.expectRefused(token + token, 'twice in one');
      await bench.expectRefused(`Bearer ${token}`, 'with its scheme');
      await bench.expectRefused(otherCase(token), 'in other letters');
      for (const at of [0, token.length >> 1, token.length - 3]) {
        const other = token[at] === 'A' ? 'B' : 'A';
        await bench.expectRefused(token.slice(0, at) + other + token.slice(at + 1), `another letter at ${at}`);
      }
    },
  },
  {
    name: 'token: under another scheme it is auth',
    async run(bench) {
      const { token } = await bench.mint();
      for (const scheme of ['basic', 'digest', 'negotiate', '', 'bearer2', 'constructor']) {
        await bench.expectRefused(token, `the scheme ${JSON.stringify(scheme)}`, scheme);
      }
    },
  },
  {
    name: 'replay: a good token is good again, and what a caller did to its principal is not seen by the next',
    async run(bench) {
      const { token, principal } = await bench.mint();
      const first = await bench.authenticate(token);
      try {
        (first.roles as string[]).push('admin'); // what careless code does
        (first as { tenantId: string }).tenantId = 'other';
      } catch {
        // A frozen principal is as good.
      }
      for (let time = 0; time < 3; time++) expectEqual(await bench.authenticate(token), principal, 'the principal');
    },
  },
  {
    name: 'replay: a token that was good is auth when its time is over',
    needs: ['expiry'],
    async run(bench) {
      const { token } = await bench.mint();
      await bench.expectAccepted(token, 'while it lasts');
      await bench.subject.pass(bench.lifetimeMs + 1_000);
      await bench.expectRefused(token, 'afterwards');
    },
  },
  {
    name: 'token: good and bad ones at once do not mix',
    async run(bench) {
      const { token, principal } = await bench.mint();
      const answers = await Promise.allSettled(
        Array.from({ length: 100 }, (_, at) =>
          bench.authenticate(at % 2 === 0 ? token : `${token.slice(0, -12)}${1_000_000_000_000 + at}`),
        ),
      );
      for (const [at, answer] of answers.entries()) {
        if (at % 2 === 1) expectThat(answer.status === 'rejected', `bad token ${at} was accepted`);
        else if (answer.status === 'fulfilled') expectEqual(answer.value, principal, `good token ${at}`);
        else throw new Error(`good token ${at} was refused: ${String(answer.reason)}`);
      }
    },
  },
];

function otherCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
