import { describe, expect, test } from 'vitest';

import { deferred } from '../../../test/deferred.js';
import { FakeClock } from '../../../test/fake-clock.js';
import { TakoError } from '../../error/tako-error.js';
import { Secret } from '../../secret/secret.js';
import { tokenCache, type TokenCacheOptions } from './token-cache.js';

const minute = 60_000;
const { signal } = new AbortController();

/** Renewals run beside those who ask: lets them end. */
const renewals = () => new Promise((resolve) => void setImmediate(resolve));

/** A source of tokens `token-1`, `token-2` and so on that live for an hour, or fail. */
function bench(livesMs = 60 * minute) {
  const clock = new FakeClock();
  let failure: Error | undefined;
  let gate: Promise<void> = Promise.resolve();
  const given: string[] = [];
  const token: TokenCacheOptions<AbortSignal>['token'] = async () => {
    await gate;
    if (failure !== undefined) throw failure;
    given.push(`token-${given.length + 1}`);
    return { token: new Secret(`token-${given.length}`), expiresAtMs: clock.now() + livesMs };
  };
  const cache = tokenCache({ source: 'acme', token, context: (own) => own, timeoutMs: 1_000, clock, environment: {} });
  return {
    cache,
    clock,
    given,
    read: async () => (await cache.read(signal)).token,
    fail: (error: Error | undefined) => void (failure = error),
    hold: () => {
      const held = deferred();
      gate = held.promise;
      return held.resolve;
    },
  };
}

test('a token is asked for once, by all who wait, and kept', async () => {
  const { cache, read, given } = bench();
  const all = await Promise.all(Array.from({ length: 50 }, () => cache.read(signal)));
  expect(new Set(all.map(({ token }) => token))).toEqual(new Set(['token-1']));
  expect(await read()).toBe('token-1');
  expect(given).toHaveLength(1);
});

test('it is renewed five minutes before its end, beside those who ask', async () => {
  const { read, clock } = bench();
  await read();
  clock.advance(55 * minute - 1);
  expect(await read()).toBe('token-1');
  clock.advance(1);
  expect(await read()).toBe('token-1');
  await renewals();
  expect(await read()).toBe('token-2');
});

test('one of a short life in its last tenth; one without an end never', async () => {
  const short = bench(10_000);
  await short.read();
  short.clock.advance(8_999);
  await short.read();
  expect(short.given).toHaveLength(1);
  short.clock.advance(1);
  await short.read();
  await renewals();
  expect(short.given).toHaveLength(2);

  const endless = bench(Infinity);
  await endless.read();
  endless.clock.advance(1e12);
  expect(await endless.read()).toBe('token-1');
});

test('one that still holds is used where no other can be had; one that does not is not', async () => {
  const { read, clock, fail } = bench();
  await read();
  fail(new TakoError('transport', 'down'));
  clock.advance(59 * minute);
  expect(await read()).toBe('token-1');
  clock.advance(minute);
  await expect(read()).rejects.toThrow('down');
  fail(undefined);
  expect(await read()).toBe('token-2');
});

test('one that was refused is not used again; a later one is', async () => {
  const { cache, read } = bench();
  await read();
  cache.refuse('another');
  expect(await read()).toBe('token-1');
  cache.refuse('token-1');
  expect(await cache.read(signal)).toEqual({ token: 'token-2', isFresh: true });
  cache.refuse('token-1');
  expect(await cache.read(signal)).toEqual({ token: 'token-2', isFresh: false });
});

test('an abort ends the waiting of its own call alone', async () => {
  const { cache, hold } = bench();
  const release = hold();
  const leaver = new AbortController();
  const left = cache.read(leaver.signal);
  const stayed = cache.read(signal);
  leaver.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  release();
  expect((await stayed).token).toBe('token-1');
});

test('each of those who wait gets an error of its own', async () => {
  const { cache, fail } = bench();
  fail(new TakoError('auth', 'no'));
  const outcomes = await Promise.allSettled([cache.read(signal), cache.read(signal)]);
  expect(new Set(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined))).size).toBe(2);
});

test('a source that hangs is timeout', async () => {
  const { cache, clock, hold } = bench();
  hold();
  const waiting = cache.read(signal);
  clock.advance(1_000);
  await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
});

describe('a token without an end is read whenever it is used', () => {
  test.each<[string, TokenCacheOptions<unknown>['token']]>([
    ['a text', ' fixed '],
    ['a Secret', new Secret('fixed')],
    ['$ENV:NAME', '$ENV:TOKEN'],
    ['a function', () => 'fixed'],
    ['a function of a Secret', async () => new Secret('fixed')],
  ])('%s', async (_, token) => {
    const options = { source: 'acme', context: () => undefined, timeoutMs: 1_000, clock: new FakeClock() };
    const cache = tokenCache({ ...options, token, environment: { TOKEN: 'fixed' } });
    expect(await cache.read(signal)).toEqual({ token: 'fixed', isFresh: true });
    cache.refuse('fixed');
    expect((await cache.read(signal)).token).toBe('fixed');
  });

  test('what cannot stand in a header is auth, and not shown', async () => {
    const options = {
      source: 'acme',
      context: () => undefined,
      timeoutMs: 1_000,
      clock: new FakeClock(),
      environment: {},
    };
    const cache = tokenCache({ ...options, token: () => 'sek\nret' });
    await expect(cache.read(signal)).rejects.toMatchObject({
      code: 'auth',
      message: expect.not.stringContaining('sek'),
    });
  });
});
