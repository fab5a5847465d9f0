import { expectEqual } from '../conformance/bench/expectation.js';
import type { StoreCase } from './store-bench.js';

/** What becomes of reservations whose holder died, and of accounts whose time is over. */
export const expiryCases: readonly StoreCase[] = [
  {
    name: 'expiry: a reservation whose holder died ends by itself',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 10 })];
      await bench.reserve('dead', 10, accounts, 30);
      await bench.expectBalance('day', 0, 10);
      await bench.pass(60);
      await bench.expectBalance('day', 0, 0);
      expectEqual((await bench.reserve('next', 10, accounts)).ok, true, 'what it held is free');
    },
  },
  {
    name: 'expiry: what has expired is free for the next reservation, also when nobody has looked',
    async run(bench) {
      const accounts = [bench.account('day', { maxTokens: 10 })];
      await bench.reserve('dead', 10, accounts, 30);
      await bench.pass(60);
      expectEqual((await bench.reserve('next', 10, accounts)).ok, true, 'the whole cap');
    },
  },
  {
    name: 'expiry: a call that ran too long is still booked, once, and gives back nothing that it did not hold',
    async run(bench) {
      const accounts = [bench.account('day')];
      await bench.reserve('late', 10, accounts, 30);
      await bench.reserve('other', 5, accounts);
      await bench.pass(60);
      await bench.expectBalance('day', 0, 5);
      await bench.settle('late', 7, accounts);
      await bench.settle('late', 7, accounts);
      await bench.expectBalance('day', 7, 5);
    },
  },
  {
    name: 'expiry: one reservation expires, another one of the same account does not',
    async run(bench) {
      const accounts = [bench.account('day')];
      await bench.reserve('short', 3, accounts, 30);
      await bench.reserve('long', 4, accounts);
      await bench.pass(60);
      await bench.expectBalance('day', 0, 4);
      await bench.settle('long', 4, accounts);
      await bench.expectBalance('day', 4, 0);
    },
  },
  {
    name: 'expiry: an account is forgotten when its time is over',
    async run(bench) {
      const accounts = [bench.account('minute', {}, 30)];
      await bench.reserve('a', 3, accounts, 10);
      await bench.settle('a', 3, accounts);
      await bench.pass(60);
      await bench.expectBalance('minute', 0, 0);
    },
  },
];
