import { describe, expect, test } from 'vitest';

import type { ErrorCode } from '../error/error-code.js';
import { cancelled } from '../error/make-error.js';
import { TakoError } from '../error/tako-error.js';
import { chainResolvers } from './chain-resolvers.js';
import type { SecretResolver } from './secret-resolver.js';
import { Secret } from './secret.js';

/** A resolver that gives or throws always the same, and counts. */
function resolver(outcome: string | Error) {
  const asked: string[] = [];
  const resolve: SecretResolver['resolve'] = (key) => {
    asked.push(key);
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(new Secret(outcome));
  };
  return { asked, resolve, secret: (key: string) => () => resolve(key) };
}

const fails = (code: ErrorCode) => resolver(new TakoError(code, `no: ${code}`));
const missing = () => fails('not_found');

test('the first that has the secret answers, and no further one is asked', async () => {
  const all = [missing(), resolver('second'), resolver('third')];
  const chain = chainResolvers(all);
  expect((await chain.resolve('k')).expose()).toBe('second');
  expect((await chain.secret('k')()).expose()).toBe('second');
  expect(all.map(({ asked }) => asked.length)).toEqual([2, 2, 0]);
});

test('where none has it, it is not_found', async () => {
  await expect(chainResolvers([missing(), missing()]).resolve('k')).rejects.toMatchObject({ code: 'not_found' });
});

describe('by default only not_found goes on', () => {
  test.each<ErrorCode>([
    'permission',
    'auth',
    'transport',
    'timeout',
    'rate_limited',
    'invalid',
    'malformed_response',
    'overloaded',
  ])('%s ends the asking', async (code) => {
    const second = resolver('second');
    await expect(chainResolvers([fails(code), second]).resolve('k')).rejects.toMatchObject({ code });
    expect(second.asked).toEqual([]);
  });

  test('so does what is no TakoError', async () => {
    const error = Object.assign(new Error('x'), { code: 'not_found' });
    await expect(chainResolvers([resolver(error), resolver('second')]).resolve('k')).rejects.toBe(error);
  });
});

test('more codes go on by option; an outage does not look like a missing secret', async () => {
  const continueOn = ['not_found', 'transport'] as const;
  const chain = (...all: readonly SecretResolver[]) => chainResolvers(all, { continueOn }).resolve('k');
  expect((await chain(fails('transport'), resolver('second'))).expose()).toBe('second');
  await expect(chain(fails('transport'), missing())).rejects.toMatchObject({ code: 'transport' });
  await expect(chain(missing(), fails('transport'))).rejects.toMatchObject({ code: 'transport' });
  await expect(chain(fails('transport'), fails('auth'))).rejects.toMatchObject({ code: 'transport' });
});

test('an empty list of codes never goes on', async () => {
  const second = resolver('second');
  await expect(chainResolvers([missing(), second], { continueOn: [] }).resolve('k')).rejects.toThrow('not_found');
  expect(second.asked).toEqual([]);
});

test('an abort is the end, whatever goes on', async () => {
  const second = resolver('second');
  const chain = chainResolvers([resolver(cancelled('why')), second], { continueOn: ['cancelled', 'not_found'] });
  await expect(chain.resolve('k')).rejects.toMatchObject({ code: 'cancelled' });
  expect(second.asked).toEqual([]);
});

test('the signal reaches each resolver', async () => {
  const signals: unknown[] = [];
  const spy: SecretResolver = {
    resolve: (_, options) => {
      signals.push(options?.signal);
      return Promise.reject(new TakoError('not_found', 'no'));
    },
    secret: () => () => Promise.reject(new Error('unused')),
  };
  const { signal } = new AbortController();
  await expect(chainResolvers([spy, spy]).resolve('k', { signal })).rejects.toThrow('no');
  expect(signals).toEqual([signal, signal]);
});

test('a chain of nothing is refused', () => {
  expect(() => chainResolvers([])).toThrow(expect.objectContaining({ code: 'invalid' }));
});
