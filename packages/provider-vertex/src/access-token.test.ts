import { Secret, TakoError } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { tokenSource } from './access-token.js';
import type { VertexCredential } from './options.js';

const hourMs = 3_600_000;

/** A function that gives `token-1`, `token-2`, … each good for an hour. */
function hourly(clock: { now(): number }): { readonly credential: VertexCredential; readonly asked: () => number } {
  let asked = 0;
  return {
    credential: async () => ({ token: `token-${++asked}`, expiresAtMs: clock.now() + hourMs }),
    asked: () => asked,
  };
}

test.each<[string, VertexCredential, string]>([
  ['text', ' token\n', 'token'],
  ['a variable of the environment', '$ENV:TOKEN', 'from-env'],
  ['a secret', new Secret('hidden'), 'hidden'],
  ['a function', () => 'given', 'given'],
  ['a function that gives a secret', async () => new Secret('given'), 'given'],
  [
    'a function that gives a secret and its end',
    () => ({ token: new Secret('given'), expiresAtMs: Infinity }),
    'given',
  ],
])('%s', async (_, credential, token) => {
  expect(await tokenSource(credential, fakeClock(), { TOKEN: 'from-env' }).read()).toBe(token);
});

test.each<[string, VertexCredential]>([
  ['empty text', ''],
  ['no variable', '$ENV:NONE'],
  ['a function that gives nothing', () => ({ token: '' })],
  ['a token of two lines', () => ({ token: 'a\r\nx-evil: 1', expiresAtMs: Infinity })],
])('%s is refused, without the value', async (_, credential) => {
  const failure = await tokenSource(credential, fakeClock(), {})
    .read()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'auth' });
  expect(String(failure)).not.toContain('x-evil');
});

describe('a token with an end', () => {
  test('is kept until five minutes before, then asked for anew', async () => {
    const clock = fakeClock();
    const { credential, asked } = hourly(clock);
    const tokens = tokenSource(credential, clock);
    expect(await tokens.read()).toBe('token-1');
    await clock.advance(hourMs - 5 * 60_000 - 1);
    expect(await tokens.read()).toBe('token-1');
    await clock.advance(1);
    expect(await tokens.read()).toBe('token-2');
    expect(asked()).toBe(2);
  });

  test('is asked for once by all calls that wait', async () => {
    const clock = fakeClock();
    const { credential, asked } = hourly(clock);
    const tokens = tokenSource(credential, clock);
    expect(await Promise.all(Array.from({ length: 50 }, () => tokens.read()))).toEqual(Array(50).fill('token-1'));
    expect(asked()).toBe(1);
  });

  test('that cannot be had is an error of its own for each call that waits', async () => {
    const tokens = tokenSource(() => Promise.reject(new TakoError('auth', 'refused')), fakeClock());
    const errors = await Promise.all([1, 2].map(() => tokens.read().catch((error: unknown) => error)));
    expect(errors).toMatchObject([{ code: 'auth' }, { code: 'auth' }]);
    expect(errors[0]).not.toBe(errors[1]);
  });

  test('is used to its end when another cannot be had, and not after', async () => {
    const clock = fakeClock();
    let down = false;
    const tokens = tokenSource(async () => {
      if (down) throw new Error('down');
      return { token: 'first', expiresAtMs: clock.now() + hourMs };
    }, clock);
    await tokens.read();
    down = true;
    await clock.advance(hourMs - 1_000);
    expect(await tokens.read()).toBe('first');
    await clock.advance(1_000);
    await expect(tokens.read()).rejects.toThrow('down');
    down = false;
    expect(await tokens.read()).toBe('first');
  });

  test('that the vendor refused is not used again; another one is not touched by that', async () => {
    const clock = fakeClock();
    const tokens = tokenSource(hourly(clock).credential, clock);
    await tokens.read();
    tokens.refuse('token-0');
    expect(await tokens.read()).toBe('token-1');
    tokens.refuse('token-1');
    expect(await tokens.read()).toBe('token-2');
  });

  test('a question that hangs does not hold up later calls for ever', async () => {
    const clock = fakeClock();
    const answers: Promise<string>[] = [new Promise(() => undefined), Promise.resolve('second')];
    const tokens = tokenSource(() => answers.shift() ?? 'none', clock);
    void tokens.read();
    await clock.advance(30_000);
    expect(await tokens.read()).toBe('second');
  });
});

test('a token without an end is asked for at each call', async () => {
  let asked = 0;
  const tokens = tokenSource(() => ({ token: `token-${++asked}` }), fakeClock());
  expect([await tokens.read(), await tokens.read()]).toEqual(['token-1', 'token-2']);
});

test('a failed question is asked again', async () => {
  let asked = 0;
  const tokens = tokenSource(() => {
    if (++asked === 1) throw new Error('once');
    return 'token';
  }, fakeClock());
  await expect(tokens.read()).rejects.toThrow('once');
  expect(await tokens.read()).toBe('token');
});
