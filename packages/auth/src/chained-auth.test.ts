import { leaks } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { TakoError, type Authenticator, type ErrorCode, type Principal } from '@tako/core';

import { ChainedAuth, type ChainedAuthOptions } from './chained-auth.js';

const ada: Principal = { tenantId: 'acme', userId: 'ada', roles: [] };
const credentials = { token: 'a-token', scheme: 'bearer' };

function knows(principal: Principal): Authenticator & { asked: number } {
  return {
    asked: 0,
    async authenticate() {
      this.asked++;
      return principal;
    },
  };
}

function fails(code: ErrorCode, message: string = code): Authenticator {
  return {
    async authenticate() {
      throw new TakoError(code, message);
    },
  };
}

test('the first that knows the caller answers, and those after it are not asked', async () => {
  const [first, second] = [knows(ada), knows({ ...ada, userId: 'bob' })];
  expect(await new ChainedAuth([fails('auth'), first, second]).authenticate(credentials)).toBe(ada);
  expect([first.asked, second.asked]).toEqual([1, 0]);
});

test('when all fail, the last error is thrown', async () => {
  const chain = new ChainedAuth([fails('auth', 'first'), fails('auth', 'second')]);
  await expect(chain.authenticate(credentials)).rejects.toMatchObject({ code: 'auth', message: 'second' });
});

const infrastructure = ['transport', 'timeout', 'rate_limited', 'circuit_open', 'budget_exhausted'] as const;

describe.each<[NonNullable<ChainedAuthOptions['stopOn']>, readonly ErrorCode[]]>([
  ['nothing', ['cancelled']],
  ['transport', ['cancelled', 'transport']],
  ['infrastructure', ['cancelled', ...infrastructure]],
])('stopOn: %s', (stopOn, stopping) => {
  const codes: readonly ErrorCode[] = ['auth', 'permission', 'provider', 'invalid', 'cancelled', ...infrastructure];

  test.each(codes.filter((code) => stopping.includes(code)))('%s ends the chain', async (code) => {
    const next = knows(ada);
    const answer = new ChainedAuth([fails(code), next], { stopOn }).authenticate(credentials);
    await expect(answer).rejects.toMatchObject({ code });
    expect(next.asked).toBe(0);
  });

  test.each(codes.filter((code) => !stopping.includes(code)))('%s lets the next one try', async (code) => {
    expect(await new ChainedAuth([fails(code), knows(ada)], { stopOn }).authenticate(credentials)).toBe(ada);
  });
});

test('a chain in a chain keeps its own rule; the outer one sees its error', async () => {
  const inner = new ChainedAuth([fails('timeout'), knows(ada)], { stopOn: 'infrastructure' });
  const bob = { ...ada, userId: 'bob' };
  expect(await new ChainedAuth([inner, knows(bob)], { stopOn: 'nothing' }).authenticate(credentials)).toBe(bob);
  await expect(new ChainedAuth([inner, knows(bob)]).authenticate(credentials)).rejects.toMatchObject({
    code: 'timeout',
  });
});

test('whoever throws what is no TakoError could not tell: nothing of it is shown', async () => {
  const bug = new TypeError(`cannot read ${credentials.token}`);
  const broken: Authenticator = { authenticate: () => Promise.reject(bug) };
  const throwing: Authenticator = {
    authenticate() {
      throw bug;
    },
  };
  expect(await new ChainedAuth([broken, throwing, knows(ada)], { stopOn: 'nothing' }).authenticate(credentials)).toBe(
    ada,
  );
  const error: unknown = await new ChainedAuth([throwing, knows(ada)])
    .authenticate(credentials)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'transport' });
  expect(leaks([credentials.token], error)).toEqual([]);
});

test('one that is down is never overruled by one that does not know the token', async () => {
  const chain = new ChainedAuth([fails('transport'), fails('auth')]);
  await expect(chain.authenticate(credentials)).rejects.toMatchObject({ code: 'transport' });
});

test('an abort between two authenticators ends the chain, also where the first one only threw the reason', async () => {
  const controller = new AbortController();
  const aborting: Authenticator = {
    async authenticate() {
      controller.abort('gone');
      throw controller.signal.reason;
    },
  };
  const next = knows(ada);
  await expect(
    new ChainedAuth([aborting, next]).authenticate(credentials, { signal: controller.signal }),
  ).rejects.toMatchObject({ code: 'cancelled', cause: 'gone' });
  await expect(
    new ChainedAuth([aborting]).authenticate(credentials, { signal: controller.signal }),
  ).rejects.toMatchObject({ code: 'cancelled', cause: 'gone' });
  expect(next.asked).toBe(0);
});

test('the list is copied', async () => {
  const list: Authenticator[] = [fails('auth')];
  const chain = new ChainedAuth(list);
  list.push(knows(ada));
  await expect(chain.authenticate(credentials)).rejects.toMatchObject({ code: 'auth' });
});

test.each<[string, unknown, unknown]>([
  ['an empty list', [], {}],
  ['no list', fails('auth'), {}],
  ['an entry that is no authenticator', [fails('auth'), {}], {}],
  ['a hole', [undefined], {}],
  ['an unknown stopOn', [fails('auth')], { stopOn: 'everything' }],
  ['a stopOn that every object has', [fails('auth')], { stopOn: 'constructor' }],
])('refuses %s', (_, authenticators, options) => {
  expect(() => new ChainedAuth(authenticators as Authenticator[], options as ChainedAuthOptions)).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});

test('can be handed out by an async function: it is not a thenable', () => {
  expect('then' in new ChainedAuth([fails('auth')])).toBe(false);
});
