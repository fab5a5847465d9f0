import { expectEqual } from '../conformance/bench/expectation.js';
import { balanceOf, type StoreCase } from './store-bench.js';

const granted = { ok: true };

/** Texts that tenants may have as their ids. */
const hostileKeys: readonly string[] = [
  '',
  ' ',
  'a:b',
  'a',
  'a:held',
  '{a}',
  'a}{b',
  '../a',
  '*',
  'a\nb',
  'a\u0000b',
  'ünï ☃ 👋🏽',
  '\uD800',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
];

/** What is reserved, refused, booked and released. */
export const ledgerCases: readonly StoreCase[] = [
  {
    name: 'ledger: an account that nobody has named holds nothing',
    run: (bench) => bench.expectBalance('day', 0, 0),
  },
  {
    name: 'ledger: what is reserved is held, in every account',
    async run(bench) {
      expectEqual(await bench.reserve('a', 10, [bench.account('day'), bench.account('run')]), granted, 'reserve');
      await bench.expectBalance('day', 0, 10);
      await bench.expectBalance('run', 0, 10);
    },
  },
  {
    name: 'ledger: what was used is booked, and the rest given back',
    async run(bench) {
      const accounts = [bench.account('day'), bench.account('run')];
      await bench.reserve('a', 10, accounts);
      await bench.settle('a', 4, accounts);
      await bench.expectBalance('day', 4, 0);
      await bench.expectBalance('run', 4, 0);
    },
  },
  {
    name: 'ledger: more than was reserved is booked as it was used',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 10 })];
      await bench.reserve('a', 10, accounts);
      await bench.settle('a', 25, accounts);
      await bench.expectBalance('day', 25, 0);
    },
  },
  {
    name: 'ledger: zero releases',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 10 })];
      await bench.reserve('a', 10, accounts);
      await bench.settle('a', 0, accounts);
      await bench.expectBalance('day', 0, 0);
      expectEqual(await bench.reserve('b', 10, accounts), granted, 'reserve after the release');
    },
  },
  {
    name: 'ledger: settling twice books once',
    async run(bench) {
      const accounts = [bench.account('day')];
      await bench.reserve('a', 10, accounts);
      await bench.settle('a', 4, accounts);
      await bench.settle('a', 4, accounts);
      await bench.expectBalance('day', 4, 0);
    },
  },
  {
    name: 'ledger: a settlement that nobody has reserved books nothing',
    async run(bench) {
      await bench.settle('unknown', 4, [bench.account('day')]);
      await bench.expectBalance('day', 0, 0);
    },
  },
  {
    name: 'ledger: a cap may be reached exactly, and not exceeded by one',
    async run(bench) {
      const account = bench.account('day', { maxTokens: 10 });
      expectEqual(await bench.reserve('a', 10, [account]), granted, 'the whole cap');
      const refused = { ok: false, account, balance: balanceOf(0, 10) };
      expectEqual(await bench.reserve('b', 1, [account]), refused, 'one more');
    },
  },
  {
    name: 'ledger: each currency has a cap of its own',
    async run(bench) {
      const tokens = bench.account('tokens', { maxTokens: 5, maxNanoUsd: 100 });
      const money = bench.account('money', { maxTokens: 100, maxNanoUsd: 5 });
      expectEqual((await bench.reserve('a', 6, [tokens])).ok, false, 'more tokens than the cap');
      expectEqual((await bench.reserve('b', 6, [money])).ok, false, 'more money than the cap');
      expectEqual((await bench.reserve('c', 5, [tokens, money])).ok, true, 'as much as both caps');
    },
  },
  {
    name: 'ledger: what is spent counts against a cap, like what is reserved',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 10 })];
      await bench.reserve('a', 6, accounts);
      await bench.settle('a', 6, accounts);
      expectEqual((await bench.reserve('b', 5, accounts)).ok, false, 'more than is left');
      expectEqual((await bench.reserve('c', 4, accounts)).ok, true, 'what is left');
    },
  },
  {
    name: 'ledger: a refusal names the account and what it holds, and holds nothing in any',
    async run(bench) {
      const run = bench.account('run');
      const tenant = bench.account('tenant', { maxTokens: 10 });
      await bench.reserve('a', 8, [tenant]);
      const refused = await bench.reserve('b', 3, [run, tenant, bench.account('day')]);
      expectEqual(refused, { ok: false, account: tenant, balance: balanceOf(0, 8) }, 'the refusal');
      await bench.expectBalance('run', 0, 0);
      await bench.expectBalance('tenant', 0, 8);
      await bench.expectBalance('day', 0, 0);
      await bench.settle('b', 3, [run, tenant]);
      await bench.expectBalance('tenant', 0, 8);
    },
  },
  {
    name: 'ledger: a cap that was lowered refuses, one that was raised grants',
    async run(bench) {
      await bench.reserve('a', 8, [bench.account('day', { maxTokens: 10 })]);
      expectEqual((await bench.reserve('b', 1, [bench.account('day', { maxTokens: 5 })])).ok, false, 'lowered');
      expectEqual((await bench.reserve('c', 5, [bench.account('day', { maxTokens: 20 })])).ok, true, 'raised');
    },
  },
  {
    name: 'ledger: a cap of zero refuses the least amount',
    async run(bench) {
      expectEqual((await bench.reserve('a', 1, [bench.account('day', { maxTokens: 0 })])).ok, false, 'reserve');
    },
  },
  {
    name: 'ledger: amounts of millions of dollars stay exact',
    async run(bench) {
      const much = 4_000_000_000_000_001;
      const accounts = [bench.account('day')];
      await bench.reserve('a', much, accounts);
      await bench.expectBalance('day', 0, much);
      await bench.settle('a', much, accounts);
      await bench.expectBalance('day', much, 0);
    },
  },
  {
    name: 'ledger: accounts with hostile names are apart from each other',
    async run(bench) {
      for (const [at, key] of hostileKeys.entries()) {
        const accounts = [bench.account(key)];
        await bench.reserve(`r-${key}`, at + 1, accounts);
        await bench.expectBalance(key, 0, at + 1);
        await bench.settle(`r-${key}`, at + 1, accounts);
      }
      for (const [at, key] of hostileKeys.entries()) await bench.expectBalance(key, at + 1, 0);
    },
  },
];
