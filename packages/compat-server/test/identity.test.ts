import { ChainedAuth, StaticTokens, type ChainedAuthOptions } from '@tako/auth';
import { JwtAuth, jwksUrl } from '@tako/auth-jwt';
import { OidcAuth, type OidcAuthOptions } from '@tako/auth-oidc';
import type { Authenticator } from '@tako/core';
import { say, scriptedProvider } from '@tako/testing';
import { newSigner, publicJwk, signToken, keySetServer } from '@tako/testing/identity';
import { OpenAI } from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';

import { medianRatio } from './identity/median-ratio.js';
import { openIdProvider, type OpenIdProvider } from './identity/openid-provider.js';
import { audience } from './identity/test-issuer.js';
import { vaultTokens } from './identity/vault-tokens.js';
import { ada, serving } from './serving.js';

const ciToken = 'ci-0123456789abcdef';
const vaultToken = 'vault-Xq7Vw2Kd9Lm4Rt8Zb1NcYs6';
const staticTokens = new StaticTokens([[ciToken, { ...ada, userId: 'ci' }]]);

/** The server, as the official client sees it with a token. */
async function seen(auth: Authenticator) {
  const target = { tako: scriptedProvider(() => [say('Hi')], { keepCalls: false }) };
  const { url, log } = await serving(target, { auth });
  return async (apiKey: string): Promise<unknown> => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
    try {
      const asked = { model: 'tako', messages: [{ role: 'user' as const, content: 'Hello' }] };
      const { request_id: id } = await client.chat.completions.create(asked).withResponse();
      return log.find(({ requestId }) => requestId === id)?.userId;
    } catch (error) {
      if (!(error instanceof OpenAI.APIError)) throw error;
      const { status, headers } = error;
      const challenge = headers?.get('www-authenticate');
      const waits = Number(headers?.get('retry-after')) >= 1;
      // A refusal has its challenge, an outage its wait, and neither has the other's.
      return (status === 401 ? challenge === 'Bearer' && !waits : challenge === null && waits) ? status : headers;
    }
  };
}

async function discovered(provider: OpenIdProvider, more: Partial<OidcAuthOptions> = {}): Promise<OidcAuth> {
  const { issuer, ca } = provider;
  const auth = await OidcAuth.discover({ issuer, ca, audience, keysCoolDownMs: 0, ...more });
  onTestFinished(() => {
    auth.close();
  });
  return auth;
}

test('static tokens', async () => {
  const as = await seen(staticTokens);
  expect([await as(ciToken), await as(`${ciToken}x`), await as('nobody')]).toEqual(['ci', 401, 401]);
});

test('JSON Web Tokens, with the keys at an address', async () => {
  const signer = await newSigner('RS256', 'key-1');
  const keys = await keySetServer([publicJwk(signer)]);
  onTestFinished(() => keys.close());
  const seconds = Math.floor(Date.now() / 1_000);
  const payload = { sub: 'ada', tenant_id: 'acme', aud: audience, iat: seconds, exp: seconds + 60 };
  const token = signToken(signer, { payload });
  const as = await seen(new JwtAuth({ keys: jwksUrl(`${keys.url}/keys`, { coolDownMs: 1 }), audience }));
  keys.fail('refused');
  expect(await as(token)).toBe(503);
  keys.fail(undefined);
  expect(await as(token)).toBe('ada');
  expect(await as(signToken(signer, { payload: { ...payload, aud: 'others' } }))).toBe(401);
});

describe('an OpenID provider, over TLS', () => {
  test('its JSON Web Tokens: away is 503, good ones pass, also after its keys have changed', async () => {
    const provider = await openIdProvider();
    const as = await seen(await discovered(provider));
    const token = await provider.token('jwt');
    provider.fail('breaks');
    expect(await as(token)).toBe(503);
    provider.fail(undefined);
    expect(await as(token)).toBe('ada');
    expect(await as(`${token.slice(0, -4)}AAAA`)).toBe(401);
    provider.rotate();
    expect(await as(await provider.token('jwt'))).toBe('ada');
    expect(await as(token)).toBe(401);
  });

  test('its opaque tokens: away is 503, good ones pass, revoked ones do not', async () => {
    const provider = await openIdProvider();
    const as = await seen(await discovered(provider, { introspection: { ...provider.client, ttlMs: 0 } }));
    const token = await provider.token('opaque');
    provider.fail('breaks');
    expect(await as(token)).toBe(503);
    provider.fail(undefined);
    expect([await as(token), await as('nobody-knows-this-token')]).toEqual(['ada', 401]);
    await provider.revoke(token);
    expect(await as(token)).toBe(401);
  });
});

test('Vault: away is 503, good ones pass, others do not', async () => {
  const { auth, vault, issue } = await vaultTokens();
  await issue(vaultToken);
  const as = await seen(auth);
  vault.intercept(() => ({ status: 503, body: { errors: ['Vault is sealed'] } }));
  expect([await as(vaultToken), await as('nobody-knows-this-token')]).toEqual([503, 503]);
  vault.intercept(undefined);
  expect([await as(vaultToken), await as('nobody-knows-this-token')]).toEqual(['ada', 401]);
});

describe('all of them in a chain', () => {
  const chained = async (stopOn: ChainedAuthOptions['stopOn'], more: Partial<OidcAuthOptions> = {}) => {
    const provider = await openIdProvider();
    const introspection = { ...provider.client, ttlMs: 0, refusedTtlMs: 0 };
    const openId = await discovered(provider, { introspection, mode: 'both', ...more });
    const { auth: vault, issue } = await vaultTokens();
    await issue(vaultToken);
    const [jwt, opaque] = [await provider.token('jwt'), await provider.token('opaque')];
    const as = await seen(new ChainedAuth([staticTokens, openId, vault], { stopOn }));
    return { provider, all: () => Promise.all([ciToken, jwt, opaque, vaultToken, 'nobody-knows-this'].map(as)) };
  };

  test.each(['infrastructure', 'transport', 'nothing'] as const)('each finds its caller (%s)', async (stopOn) => {
    const { all } = await chained(stopOn);
    expect((await all()).map((who) => typeof who)).toEqual(['string', 'string', 'string', 'string', 'number']);
  });

  test.each(['infrastructure', 'transport'] as const)(
    'one that is away ends the asking, and is 503 (%s)',
    async (stopOn) => {
      const { provider, all } = await chained(stopOn);
      provider.fail('breaks');
      expect(await all()).toEqual(['ci', 503, 503, 503, 503]);
    },
  );

  test.each([
    ['infrastructure', 503],
    ['transport', 401],
  ] as const)('one that never answers is an outage to %s', async (stopOn, status) => {
    const { provider, all } = await chained(stopOn, { timeoutMs: 50, keysMaxAgeMs: 0, keysMaxStaleMs: 0 });
    provider.fail('hangs');
    const [ci, ...others] = await all();
    expect(ci).toBe('ci');
    expect(others.slice(0, 2)).toEqual([status, status]);
  });

  test('told to go on, the last word counts (nothing)', async () => {
    const { provider, all } = await chained('nothing');
    provider.fail('breaks');
    const [ci, jwt, opaque, vault, nobody] = await all();
    expect([ci, vault]).toEqual(['ci', 'ada']);
    expect([jwt, opaque, nobody]).toEqual([401, 401, 401]);
  });
});

describe('how long it takes to refuse a static token', () => {
  const bounds = { least: 0.8, most: 1.25, tries: 5 };

  // Through the server too: row 61a of docs/server-faults.md.
  test(
    'does not tell one that is nearly right from one of another length, in process',
    { timeout: 60_000 },
    async () => {
      const tokens = new StaticTokens(
        Array.from({ length: 50 }, (_, at) => [`known-${String(at).padStart(26, '0')}`, ada] as const),
      );
      const refuse = (token: string) => async (): Promise<void> => {
        await tokens.authenticate({ token, scheme: 'bearer' }).catch(() => undefined); // it is refused: the tests above say so
      };
      const near = refuse(`known-${'0'.repeat(25)}x`);
      const far = refuse('another-length-0123');
      expect(await medianRatio(near, far, { ...bounds, pairs: 20_000 })).toBeGreaterThan(0);
    },
  );

  test('would be told by this measure, if it did', { timeout: 60_000 }, async () => {
    const work = (rounds: number) => async (): Promise<void> => {
      let sum = 0;
      for (let at = 0; at < rounds; at++) sum += Math.sqrt(at);
      expect(sum).toBeGreaterThan(0);
    };
    const told = medianRatio(work(20_000), work(10_000), { ...bounds, pairs: 200 });
    await expect(told).rejects.toThrow(/differ in each of 5 tries/);
  });
});
