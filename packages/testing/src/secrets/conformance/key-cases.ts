import { expectEqual, expectThat } from '../../conformance/bench/expectation.js';
import type { SecretCase } from './secret-bench.js';

/** Keys that would reshape a request, made from one that is right. */
const hostileKeys: readonly (readonly [what: string, make: (key: string) => string])[] = [
  ['nothing', () => ''],
  ['a blank', () => ' '],
  ['only a fragment', () => '#version'],
  ['an empty fragment', (key) => `${key.split('#')[0]}#`],
  ['".."', () => '..'],
  ['".." before it', (key) => `../${key}`],
  ['".." in it', (key) => `${key.split('#')[0]}/../other`],
  ['"." in it', (key) => `${key.split('#')[0]}/./other`],
  ['an encoded slash', (key) => `${key.split('#')[0]}%2fother`],
  ['an encoded ".."', (key) => `${key.split('#')[0]}/%2e%2e/other`],
  ['a query', (key) => `${key.split('#')[0]}?version=1`],
  ['a backslash', (key) => `${key.split('#')[0]}\\..\\other`],
  ['a line end', (key) => `${key}\n`],
  ['a header', (key) => `${key}\r\nx-evil: 1`],
  ['a NUL', (key) => `${key}\u0000`],
  ['half a surrogate pair', (key) => `${key}\ud800`],
  ['10 kB', (key) => key + 'x'.repeat(10_000)],
  ['a long path', (key) => key.split('#')[0] + '/x'.repeat(2_500)],
];

/** Which secret a key names. */
export const keyCases: readonly SecretCase[] = [
  {
    name: 'keys: a secret is given as it was stored',
    async run(bench) {
      const { key, value } = await bench.put();
      await bench.expectValue(bench.resolver(), key, value);
    },
  },
  {
    name: 'keys: odd values arrive unchanged',
    async run(bench) {
      const tag = bench.value();
      const values = [` ${tag} `, `${tag}\n{"a": "\\u0000"}`, `ünï ☃ 👋🏽 ${tag}`, `"${tag}"`, tag.repeat(500)];
      for (const value of values) {
        const { key } = await bench.put('odd-value', value);
        await bench.expectValue(bench.resolver(), key, value);
      }
    },
  },
  {
    name: 'keys: two secrets are told apart',
    async run(bench) {
      const one = await bench.put('one');
      const two = await bench.put('one-two');
      const resolver = bench.resolver();
      await bench.expectValue(resolver, one.key, one.value);
      await bench.expectValue(resolver, two.key, two.value);
    },
  },
  {
    name: 'keys: without a version it is the newest, with one it is that',
    async run(bench) {
      const resolver = bench.resolver();
      const old = await bench.put();
      await bench.expectValue(resolver, old.key, old.value);
      const newest = await bench.put();
      await bench.expectValue(resolver, newest.key, newest.value);
      if (old.versionKey !== undefined) await bench.expectValue(resolver, old.versionKey, old.value);
      if (newest.versionKey !== undefined) await bench.expectValue(resolver, newest.versionKey, newest.value);
    },
  },
  {
    name: 'keys: what is not there is not_found',
    async run(bench) {
      const { key, name } = await bench.put('present');
      const missing = key.replace(name, 'missing');
      const asking = bench.resolver().resolve(missing);
      const error = await bench.expectFailure(asking, { key: missing, name: 'missing' }, 'not_found');
      expectThat(!error.retryable, 'a missing secret is not worth another try');
    },
  },
  ...hostileKeys.map(([what, make]): SecretCase => ({
    name: `keys: a key with ${what} is refused before anything is sent`,
    async run(bench) {
      const { key } = await bench.put();
      const hostile = make(key);
      await bench.expectFailure(bench.resolver().resolve(hostile), { key: hostile, name: '' }, 'invalid');
      await bench.expectFailure(bench.resolver().secret(hostile)(), { key: hostile, name: '' }, 'invalid');
      expectEqual(bench.requests, 0, 'requests that were sent');
    },
  })),
];
