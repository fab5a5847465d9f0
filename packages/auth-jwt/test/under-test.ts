import { createPublicKey } from 'node:crypto';

import { ed25519, es256, hs256, JwtAuth, jwksUrl, rs256, type JwtKeys } from '@tako/auth-jwt';
import type { Authenticator } from '@tako/core';
import { fakeClock } from '@tako/testing';
import {
  keySetServer,
  newSigner,
  publicJwk,
  signToken,
  type AuthenticatorUnderTest,
  type AuthSubject,
  type TokenAlgorithm,
  type TokenSigner,
} from '@tako/testing/identity';

const startMs = Date.UTC(2026, 10, 23);
const issuer = 'https://id.example/realms/acme';
const audience = 'https://agents.example';
const principal = { tenantId: 'acme', userId: 'ada', roles: ['reader', 'writer'] };

/** What stands around the authenticator: a chain, for instance. */
type Wrap = (authenticator: Authenticator) => Authenticator;

/** The options that each one under test has, and tokens for them. */
function subjectOf(keys: JwtKeys, signer: TokenSigner, wrap: Wrap): AuthSubject {
  const clock = fakeClock({ nowMs: startMs });
  const claims = () => {
    const now = Math.floor(clock.now() / 1_000);
    const acme = { tenant_id: 'acme', roles: principal.roles };
    return { iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 300, ...acme };
  };
  return {
    authenticator: wrap(new JwtAuth({ keys, issuer, audience, clock })),
    mint: () => ({ token: signToken(signer, { payload: claims() }), principal }),
    pass: (ms) => clock.advance(ms),
    lifetimeMs: 330_000,
    jwt: { signer, claims, nowMs: clock.now },
  };
}

/** One key, given as PEM or secret. */
export function oneKey(algorithm: TokenAlgorithm, wrap: Wrap = (it) => it): AuthenticatorUnderTest {
  return {
    name: algorithm,
    lacks: { upstream: 'nobody is asked', key_set: 'there is one key' },
    async make() {
      const signer = await newSigner(algorithm, 'key-1');
      return subjectOf(keysOf(signer), signer, wrap);
    },
  };
}

/** Keys by URL. */
export function keySetKeys(
  algorithm: Exclude<TokenAlgorithm, 'HS256'>,
  wrap: Wrap = (it) => it,
): AuthenticatorUnderTest {
  return {
    name: `${algorithm}, key set by URL`,
    async make() {
      const signer = await newSigner(algorithm, 'key-1');
      const server = await keySetServer([publicJwk(signer)]);
      const keys = jwksUrl(`${server.url}/keys`, { algorithms: [algorithm] });
      return {
        ...subjectOf(keys, signer, wrap),
        upstream: { ...server, timeoutMs: 5_000 },
        keySet: { publish: server.publish, coolDownMs: 30_000 },
        close: server.close,
      };
    },
  };
}

function keysOf({ algorithm, key }: TokenSigner): JwtKeys {
  if (algorithm === 'HS256') return hs256(key.export());
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return { RS256: rs256, ES256: es256, EdDSA: ed25519 }[algorithm](pem);
}
