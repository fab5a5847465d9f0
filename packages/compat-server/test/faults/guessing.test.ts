import { StaticTokens } from '@tako/auth';
import { TakoError, type Authenticator } from '@tako/core';
import { fakeClock } from '@tako/testing';
import { expect } from 'vitest';

import { gate } from '../identity/gate.js';
import { medianRatio } from '../identity/median-ratio.js';
import { ada, adaToken } from '../serving.js';
import { fault } from './fault.js';

const wrong = 'wrong-0123456789abcd';

/** An authenticator that counts how often it was asked. */
function counted(inner: Authenticator) {
  let asked = 0;
  const auth: Authenticator = {
    authenticate(credentials, options) {
      asked++;
      return inner.authenticate(credentials, options);
    },
  };
  return { auth, asked: () => asked };
}

async function limited(more: { readonly most?: number; readonly trustProxy?: readonly string[] } = {}) {
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
  const { auth, asked } = counted(
    new StaticTokens([
      [adaToken, ada],
      ['second-0123456789abcdef', ada],
    ]),
  );
  const { most = 3, trustProxy } = more;
  return { clock, asked, ...(await gate(auth, { clock, trustProxy, limits: { maxFailedAuthsPerMinute: most } })) };
}

fault(
  '61a',
  'wrong tokens, of the right length and of others, and the time that each takes',
  async () => {
    const tokens = new StaticTokens(
      Array.from({ length: 50 }, (_, at) => [`known-${String(at).padStart(26, '0')}`, ada] as const),
    );
    const { ask } = await gate(tokens, { limits: { maxFailedAuthsPerMinute: Infinity } });
    const refused = (token: string) => async (): Promise<void> => {
      const response = await ask('/v1/models', undefined, { authorization: `Bearer ${token}` });
      await response.arrayBuffer();
      expect(response.status).toBe(401);
    };
    const near = refused(`known-${'0'.repeat(25)}x`);
    const far = refused('another-length-0123');
    const ratio = await medianRatio(near, far, { least: 0.8, most: 1.25, pairs: 600, tries: 5 });
    expect(ratio).toBeGreaterThan(0);
  },
  60_000,
);

fault('61b', 'more failures in a minute than one address may have', async () => {
  const { refuses, show, clock, asked, admits, log } = await limited();
  for (let at = 0; at < 3; at++) await refuses(wrong);
  await clock.advance(10_000);
  const { response, body } = await show(wrong);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '50']);
  expect(body).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } });
  expect(log.at(-1)?.detail).toBe('too many failed authentications from 127.0.0.1');
  expect((await show(adaToken)).response.status).toBe(429); // it was never seen from here
  expect(asked()).toBe(3);
  await clock.advance(50_000);
  await admits(adaToken);
  await refuses(wrong);
});

fault('61c', 'a good token from the address of one who guesses', async () => {
  const { refuses, show, admits } = await limited();
  await refuses(wrong);
  await admits(adaToken);
  for (let at = 0; at < 2; at++) await refuses(wrong);
  expect((await show(wrong)).response.status).toBe(429);
  for (let at = 0; at < 3; at++) await admits(adaToken);
});

fault('61d', 'addresses that the client writes itself (X-Forwarded-For, Forwarded)', async () => {
  const { ask } = await limited();
  const status = async (at: number): Promise<number> => {
    const from = `198.51.100.${at}`;
    const headers = { 'x-forwarded-for': from, forwarded: `for=${from}`, 'x-real-ip': from };
    return (await ask('/v1/models', undefined, { ...headers, authorization: `Bearer ${wrong}` })).status;
  };
  expect([await status(1), await status(2), await status(3), await status(4)]).toEqual([401, 401, 401, 429]);
});

fault('61g', 'the same, written by a proxy that is trusted, or by a client before it', async () => {
  const { ask } = await limited({ trustProxy: ['127.0.0.0/8'] });
  const status = async (forwarded: string): Promise<number> =>
    (await ask('/v1/models', undefined, { 'x-forwarded-for': forwarded, authorization: `Bearer ${wrong}` })).status;
  // The proxy puts at the end what it sees; what stands before that is the client's own word.
  for (const lie of ['198.51.100.1', '198.51.100.2', '198.51.100.3'])
    expect(await status(`${lie}, 203.0.113.7`)).toBe(401);
  expect([await status('203.0.113.7'), await status('203.0.113.8')]).toEqual([429, 401]);
});

fault('61e', 'an identity provider that is away, however often', async () => {
  const auth: Authenticator = { authenticate: () => Promise.reject(new TakoError('rate_limited', 'wait')) };
  const { defers } = await gate(auth, { limits: { maxFailedAuthsPerMinute: 2 } });
  for (let at = 0; at < 5; at++) await defers(wrong);
});

fault('61f', 'guesses without any header, and probes of health', async () => {
  const { ask } = await limited();
  const status = async (path: string): Promise<number> => (await ask(path, undefined, { authorization: '' })).status;
  for (let at = 0; at < 3; at++) expect(await status('/v1/models')).toBe(401);
  expect(await status('/v1/models')).toBe(429);
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
});
