import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { ErrorCode } from '../error/error-code.js';
import { deferred } from '../../test/deferred.js';
import { TakoError, type TakoErrorOptions } from '../error/tako-error.js';
import { cachedResolver, type CachedResolverOptions } from './cached-resolver.js';
import type { SecretResolver } from './secret-resolver.js';
import { Secret } from './secret.js';

/** A store that gives `value-1`, `value-2` and so on, or fails, and a cache in front of it. */
function bench(options: Partial<CachedResolverOptions> = {}) {
  let nowMs = 1_000_000;
  let failure: TakoError | undefined;
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  let gate: Promise<void> = Promise.resolve();
  const resolve: SecretResolver['resolve'] = async (key, { signal } = {}) => {
    asked.push(key);
    if (signal !== undefined) signals.push(signal);
    const failed = failure;
    const number = asked.length;
    await gate;
    if (failed !== undefined) throw failed;
    return new Secret(`value-${number}`);
  };
  const clock = { now: () => nowMs, after: () => () => undefined };
  const cache = cachedResolver({ resolve, secret: (key) => () => resolve(key) }, { clock, ttlMs: 1_000, ...options });
  return {
    asked,
    cache,
    signals,
    read: async (key = 'k') => (await cache.resolve(key)).expose(),
    pass: (ms: number) => void (nowMs += ms),
    fail: (code?: ErrorCode, more?: TakoErrorOptions) => {
      failure = code === undefined ? undefined : new TakoError(code, `no: ${code}`, more);
    },
    hold: () => {
      const held = deferred();
      gate = held.promise;
      return held.resolve;
    },
  };
}

describe('while it is fresh', () => {
  test('a value is given without asking, and asked for when its time is over', async () => {
    const { read, pass, asked } = bench();
    expect([await read(), await read()]).toEqual(['value-1', 'value-1']);
    pass(999);
    expect(await read()).toBe('value-1');
    pass(1);
    expect(await read()).toBe('value-2');
    expect(asked).toEqual(['k', 'k']);
  });

  test('each key has its own', async () => {
    const { read } = bench();
    expect([await read('a'), await read('__proto__'), await read('a')]).toEqual(['value-1', 'value-2', 'value-1']);
  });

  test('its time counts from when it was asked for, not from when it came', async () => {
    const { read, pass, hold } = bench();
    const release = hold();
    const reading = read();
    await Promise.resolve();
    pass(600);
    release();
    await reading;
    pass(400);
    expect(await read()).toBe('value-2');
  });

  test('a clock that is set back makes it old', async () => {
    const { read, pass } = bench();
    await read();
    pass(-3_600_000);
    expect(await read()).toBe('value-2');
  });

  test('with a ttl of 0 nothing is remembered, and calls at the same time still ask once', async () => {
    const { read, asked } = bench({ ttlMs: 0 });
    expect(await Promise.all([read(), read()])).toEqual(['value-1', 'value-1']);
    expect(await read()).toBe('value-2');
    expect(asked).toHaveLength(2);
  });
});

describe('at the same time', () => {
  test('50 calls ask once, at first and after each end of its time', async () => {
    const { cache, pass, asked } = bench();
    for (const expected of ['value-1', 'value-2', 'value-3']) {
      const all = await Promise.all(Array.from({ length: 50 }, () => cache.secret('k')()));
      expect(new Set(all.map((secret) => secret.expose()))).toEqual(new Set([expected]));
      pass(1_000);
    }
    expect(asked).toHaveLength(3);
  });

  test('an abort of one ends its own waiting alone; of all, the asking', async () => {
    const { cache, hold, signals, asked } = bench();
    const release = hold();
    const controllers = [new AbortController(), new AbortController(), new AbortController()];
    const [first, second, third] = controllers.map(({ signal }) => cache.resolve('k', { signal }));
    await Promise.resolve();
    controllers[0]?.abort('why');
    await expect(first).rejects.toMatchObject({ code: 'cancelled', cause: 'why' });
    expect(signals[0]?.aborted).toBe(false);
    release();
    expect((await second)?.expose()).toBe('value-1');
    expect((await third)?.expose()).toBe('value-1');
    expect(asked).toHaveLength(1);

    const fresh = bench();
    fresh.hold();
    const lonely = new AbortController();
    const waiting = fresh.cache.resolve('k', { signal: lonely.signal });
    await Promise.resolve();
    await Promise.resolve();
    lonely.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(fresh.signals[0]?.aborted).toBe(true);
  });

  test('an aborted signal is cancelled though the value is known', async () => {
    const { cache, read } = bench();
    await read();
    const signal = AbortSignal.abort('why');
    await expect(cache.resolve('k', { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await read()).toBe('value-1');
  });
});

describe('errors', () => {
  test.each<ErrorCode>(['not_found', 'permission', 'auth', 'transport', 'rate_limited'])(
    '%s is thrown, and not remembered',
    async (code) => {
      const { read, fail, asked } = bench();
      fail(code);
      await expect(read()).rejects.toMatchObject({ code });
      fail();
      expect(await read()).toBe('value-2');
      expect(asked).toHaveLength(2);
    },
  );

  test('not_found is remembered by option', async () => {
    const { read, fail, pass, asked } = bench({ notFoundTtlMs: 100 });
    fail('not_found');
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    fail();
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    pass(100);
    expect(await read()).toBe('value-2');
    expect(asked).toHaveLength(2);
  });

  test('no other error is, and it never stands in for a value', async () => {
    const { read, fail, pass } = bench({ notFoundTtlMs: 100, staleIfErrorMs: 10_000 });
    fail('not_found');
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    pass(100);
    fail('transport');
    await expect(read()).rejects.toMatchObject({ code: 'transport' });
  });
});

test('each caller gets an error of its own: what one hangs onto it, another does not see', async () => {
  const { cache, fail } = bench({ notFoundTtlMs: 100 });
  fail('not_found');
  const asked = await Promise.allSettled([cache.resolve('k'), cache.resolve('k')]);
  const remembered = await Promise.allSettled([cache.resolve('k'), cache.resolve('k')]);
  const errors = [...asked, ...remembered].map((outcome) =>
    outcome.status === 'rejected' ? outcome.reason : undefined,
  );
  expect(new Set(errors).size).toBe(4);
});

describe('a stale value', () => {
  test('is not used unless asked for', async () => {
    const { read, fail, pass } = bench();
    await read();
    pass(1_000);
    fail('transport');
    await expect(read()).rejects.toMatchObject({ code: 'transport' });
  });

  test('is used while the store cannot be reached, which is tried again every 5 seconds, to its end', async () => {
    const { read, fail, pass, asked } = bench({ staleIfErrorMs: 12_000 });
    await read();
    pass(1_000);
    fail('transport');
    expect([await read(), await read()]).toEqual(['value-1', 'value-1']);
    expect(asked).toHaveLength(2);
    pass(5_000);
    expect(await read()).toBe('value-1');
    expect(asked).toHaveLength(3);
    pass(6_999);
    expect(await read()).toBe('value-1');
    pass(1);
    await expect(read()).rejects.toMatchObject({ code: 'transport' });
    fail();
    expect(await read()).toMatch(/^value-/);
  });

  test('is used for as long as the store asks for patience', async () => {
    const { read, fail, pass, asked } = bench({ staleIfErrorMs: 60_000 });
    await read();
    pass(1_000);
    fail('rate_limited', { retryAfterMs: 30_000 });
    await read();
    pass(29_999);
    await read();
    expect(asked).toHaveLength(2);
    pass(1);
    fail();
    expect(await read()).toBe('value-3');
  });

  test.each<ErrorCode>(['permission', 'auth', 'not_found', 'invalid'])(
    'is not used after %s, and forgotten',
    async (code) => {
      const { read, fail, pass } = bench({ staleIfErrorMs: 60_000 });
      await read();
      pass(1_000);
      fail(code);
      await expect(read()).rejects.toMatchObject({ code });
      fail('transport');
      await expect(read()).rejects.toMatchObject({ code: 'transport' });
    },
  );

  test('is still there after the only call that asked anew was aborted', async () => {
    const { cache, read, fail, pass, hold } = bench({ staleIfErrorMs: 60_000 });
    await read();
    pass(1_000);
    const release = hold();
    const controller = new AbortController();
    const waiting = cache.resolve('k', { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    release();
    fail('transport');
    expect(await read()).toBe('value-1');
  });
});

describe('forget', () => {
  test('has the next call ask anew: for one key, or for all', async () => {
    const { cache, read } = bench();
    await read('a');
    await read('b');
    cache.forget('a');
    expect([await read('a'), await read('b')]).toEqual(['value-3', 'value-2']);
    cache.forget();
    expect([await read('a'), await read('b')]).toEqual(['value-4', 'value-5']);
  });

  test('while it is being asked for: what was asked before is given to those who wait, and not remembered', async () => {
    const { cache, read, hold, asked } = bench();
    const release = hold();
    const before = read();
    await Promise.resolve();
    await Promise.resolve();
    cache.forget('k');
    const after = read();
    await Promise.resolve();
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    release();
    expect(await before).toBe('value-1');
    expect(await after).toBe('value-2');
    expect(await read()).toBe('value-2');
  });
});

test('holds no more than it may; what was used last stays', async () => {
  const { read, asked } = bench({ maxEntries: 2 });
  await read('a');
  await read('b');
  await read('a');
  await read('c');
  expect(await read('a')).toBe('value-1');
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(await read('b')).toBe('value-4');
});

test('shows nothing of what it knows', async () => {
  const { cache, read } = bench();
  await read();
  expect(inspect(cache, { showHidden: true, depth: 9 }) + JSON.stringify(cache)).not.toContain('value-1');
});

test.each([
  { ttlMs: -1 },
  { ttlMs: Number.NaN },
  { staleIfErrorMs: -1 },
  { notFoundTtlMs: Number.NaN },
  { maxEntries: -1 },
])('%j is refused', (options) => {
  expect(() => bench(options)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
