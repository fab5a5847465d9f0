import { providerError, type VaultAnswer } from '@tako/core/provider';
import { isTakoError, Secret, TakoError } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { fakeVault, secretResolverConformance, type ConformanceCase } from '../src/secrets/index.js';
import { shelf, type ShelfFaults } from './secrets/shelf.js';

function suite(faults: ShelfFaults, publicToken = false): readonly ConformanceCase[] {
  return secretResolverConformance({
    name: 'shelf',
    async start() {
      const vault = await fakeVault({ rootToken: 'root-token-8vXq1' });
      return {
        server: vault,
        resolver({ timeoutMs }) {
          const resolver = shelf(vault.url, vault.rootToken, timeoutMs, faults);
          return publicToken ? { ...resolver, token: vault.rootToken } : resolver;
        },
        put(path, value) {
          vault.put('secret', path, { value });
          return { key: path };
        },
        isSecretRequest: () => true,
        refusal(kind, text) {
          const status = { forbidden: 403, unauthorized: 401, missing: 404, throttled: 429, down: 503 }[kind];
          return { status, headers: { 'retry-after': '7' }, body: { errors: [text] } };
        },
        credentials: [vault.rootToken],
        close: () => vault.close(),
      };
    },
  });
}

describe('a resolver that is right passes', () => {
  test.each(suite({}))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

const json = (status: number, response: Response, text: string): VaultAnswer => ({
  status,
  headers: Object.fromEntries(response.headers),
  text,
  json: JSON.parse(text),
});

/** What a resolver does wrong, and the cases that must find it. */
const faults: readonly (readonly [fault: string, caughtBy: RegExp, faults: ShelfFaults])[] = [
  ['does not look at keys', /^keys: a key with/, { check: (key) => ({ name: encodeURIComponent(key) }) }],
  ['trims values', /^keys: odd values/, { read: (answer, right) => new Secret(right(answer).expose().trim()) }],
  ['gives always the same', /^keys: (two|without)|^rotation: secret/, { resolve: (right) => first(right) }],
  ['gives something else', /^keys: a secret is given|^rotation: 50 at once behind/, { read: () => new Secret('x') }],
  ['takes anything for a secret', /^lies: (?!a refusal)/, { read: ({ text }) => new Secret(text) }],
  ['gives a missing secret as an empty one', /^keys: what is not there/, { fail: withCode('provider') }],
  ['takes all refusals for one', /^refusals: (?!a store)/, { fail: withCode('provider') }],
  ['does not think that a failing store will be back', /^refusals: a store|^waiting: a con/, { resolve: unrepeatable }],
  [
    'quotes the body',
    /^refusals: /,
    { fail: ({ text }, right) => Object.assign(right, { message: `${right.message}: ${text}` }) },
  ],
  [
    'keeps the request as the cause',
    /^refusals: /,
    { fail: (_, right, token) => Object.assign(right, { cause: { token } }) },
  ],
  [
    'names no key',
    /^refusals: /,
    { fail: ({ status }) => Object.assign(new TakoError(codeOf(status), 'no'), { retryAfterMs: 7_000 }) },
  ],
  [
    'does not say when to come back',
    /^refusals: throttled/,
    { fail: (_, right) => Object.assign(right, { retryAfterMs: undefined }) },
  ],
  [
    'tries again by itself',
    /^refusals: (throttled|a store)|^waiting: a connection/,
    { resolve: (right) => async (key, options) => right(key, options).catch(() => right(key, options)) },
  ],
  [
    'tries a refused credential for ever',
    /^refusals: a credential/,
    {
      resolve: (right) => async (key, options) =>
        right(key, options)
          .catch(() => right(key, options))
          .catch(() => right(key, options)),
    },
  ],
  [
    'follows redirects',
    /^redirects: /,
    { fetch: (url, init) => globalThis.fetch(url, { ...init, redirect: 'follow' }) },
  ],
  [
    'does not bother about pages',
    /^lies: a refusal/,
    {
      send: async (url, token, signal) => {
        const response = await fetch(url, { headers: { 'x-vault-token': token }, signal });
        return json(response.status, response, await response.text()); // throws what JSON.parse throws
      },
    },
  ],
  [
    'reads all that comes',
    /^waiting: an answer without/,
    {
      send: async (url, token, signal) => {
        const response = await fetch(url, { headers: { 'x-vault-token': token }, signal });
        return json(response.status, response, await response.text());
      },
    },
  ],
  [
    'waits for ever',
    /^waiting: (no answer|an answer that begins)/,
    { resolve: () => () => new Promise(() => undefined) },
  ],
  [
    'says transport for all that fails',
    /^waiting: no answer|^cancellation/,
    {
      resolve: (right) => async (key, options) =>
        right(key, options).catch(() => Promise.reject(providerError('transport', key))),
    },
  ],
  [
    'says that a broken connection was the fault of the caller',
    /^waiting: a (con|ref)/,
    {
      resolve: (right) => async (key, options) =>
        right(key, options).catch(() => Promise.reject(providerError('invalid', key))),
    },
  ],
  [
    'does not hear the signal',
    /^cancellation: an abort|^cancellation: a signal/,
    { resolve: (right) => (key) => right(key) },
  ],
  [
    'leaves a listener',
    /^cancellation: an (abort|answer)/,
    {
      resolve: (right) => (key, options) => {
        options?.signal?.addEventListener('abort', () => undefined);
        return right(key, options);
      },
    },
  ],
  [
    'asks before it is used',
    /^rotation: secret/,
    {
      secret: (right) => (key) => {
        const asking = right.resolve(key);
        return () => asking;
      },
    },
  ],
  ['breaks under load', /^rotation: 50 at once each/, { resolve: (right) => busy(right) }],
];

describe('one that is not is caught', () => {
  test.concurrent.each(faults)('it %s', { timeout: 60_000 }, async (_, caughtBy, faulty) => {
    const cases = suite(faulty).filter(({ name }) => caughtBy.test(name));
    expect(cases.length).toBeGreaterThan(0);
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
    const passed = cases.filter((_case, at) => outcomes[at]?.status === 'fulfilled');
    expect(passed.map(({ name }) => name)).toEqual([]);
  });

  test('it holds its token where it shows', async () => {
    const [given] = suite({}, true);
    await expect(given?.run()).rejects.toThrow('no secret shows');
  });

  test('no case is one that cannot fail', () => {
    const unproven = suite({}).filter(({ name }) => !faults.some(([, caughtBy]) => caughtBy.test(name)));
    expect(unproven.map(({ name }) => name)).toEqual([]);
  });
});

function first(right: (key: string) => Promise<Secret>): (key: string) => Promise<Secret> {
  let known: Promise<Secret> | undefined;
  return (key) => (known ??= right(key));
}

function withCode(code: 'provider'): ShelfFaults['fail'] {
  return (_, right) => new TakoError(code, right.message);
}

function unrepeatable(right: (key: string) => Promise<Secret>): (key: string) => Promise<Secret> {
  return (key) =>
    right(key).catch((error: unknown) => {
      throw isTakoError(error) ? new TakoError(error.code, error.message, { retryable: false }) : error;
    });
}

function busy(right: (key: string) => Promise<Secret>): (key: string) => Promise<Secret> {
  let under = 0;
  return async (key) => {
    if (++under > 10) throw new Error('too many');
    try {
      return await right(key);
    } finally {
      under--;
    }
  };
}

function codeOf(status: number): 'auth' | 'permission' | 'rate_limited' | 'overloaded' {
  return status === 401 ? 'auth' : status === 403 ? 'permission' : status === 429 ? 'rate_limited' : 'overloaded';
}
