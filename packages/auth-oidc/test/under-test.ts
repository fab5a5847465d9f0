import { randomBytes } from 'node:crypto';

import type { Authenticator } from '@tako/core';
import { fakeClock } from '@tako/testing';
import {
  newSigner,
  publicJwk,
  signToken,
  upstreamServer,
  type AuthenticatorUnderTest,
  type AuthSubject,
  type TokenAlgorithm,
  type UpstreamAnswer,
} from '@tako/testing/identity';
import { certificateAuthority } from '@tako/testing/loopback';

import { OidcAuth } from '../src/index.js';

const startMs = Date.UTC(2026, 10, 23);
const audience = 'https://agents.example';
const principal = { tenantId: 'acme', userId: 'ada', roles: ['reader', 'writer'] };

/** What stands around the authenticator: a chain, for instance. */
export type Wrap = (authenticator: Authenticator) => Authenticator;

const root = certificateAuthority('Acme root');

/** Tokens that are checked with a key set. */
export function jwtMode(
  algorithm: Exclude<TokenAlgorithm, 'HS256'>,
  mode: 'jwt' | 'both',
  wrap: Wrap = (it) => it,
): AuthenticatorUnderTest {
  return { name: `${mode}, ${algorithm}`, make: () => subject(algorithm, mode, true, wrap) };
}

/** Tokens that the identity provider is asked about. */
export function opaqueMode(mode: 'opaque' | 'both', wrap: Wrap = (it) => it): AuthenticatorUnderTest {
  return {
    name: `${mode}, opaque tokens`,
    lacks: { jwt: 'tokens are opaque', key_set: 'no keys are needed' },
    make: async () => {
      const { jwt: _, keySet: __, ...rest } = await subject('ES256', mode, false, wrap);
      return rest;
    },
  };
}

async function subject(
  algorithm: Exclude<TokenAlgorithm, 'HS256'>,
  mode: 'jwt' | 'opaque' | 'both',
  isJwt: boolean,
  wrap: Wrap,
): Promise<AuthSubject> {
  const clock = fakeClock({ nowMs: startMs });
  const signer = await newSigner(algorithm, 'key-1');
  let keys = [publicJwk(signer)];
  let issuer = '';
  const opaque = new Map<string, object>();
  const claims = () => {
    const now = Math.floor(clock.now() / 1_000);
    const acme = { tenant_id: 'acme', roles: principal.roles };
    return { iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 300, ...acme };
  };
  const answer = ({ path, body }: { readonly path: string; readonly body: string }): UpstreamAnswer => {
    if (path.endsWith('/openid-configuration')) {
      return { body: { issuer, jwks_uri: `${issuer}/keys`, introspection_endpoint: `${issuer}/introspect` } };
    }
    if (path.endsWith('/keys')) return { body: { keys } };
    const known = opaque.get(new URLSearchParams(body).get('token') ?? '');
    return { body: known === undefined ? { active: false } : { active: true, ...known } };
  };
  const server = await upstreamServer(answer, { tls: root.server('127.0.0.1') });
  issuer = server.url;
  const introspection = { clientId: 'agents', clientSecret: 'agents-secret' };
  const auth = await OidcAuth.discover({
    issuer,
    audience,
    ca: root.cert,
    clock,
    mode,
    timeoutMs: 5_000,
    introspection: mode === 'jwt' ? undefined : introspection,
  });
  const discovery = server.requests();
  return {
    authenticator: wrap(auth),
    mint() {
      if (isJwt) return { token: signToken(signer, { payload: claims() }), principal };
      const token = randomBytes(48).toString('base64url');
      opaque.set(token, claims());
      return { token, principal };
    },
    pass: (ms) => clock.advance(ms),
    lifetimeMs: 330_000,
    jwt: { signer, claims, nowMs: clock.now },
    upstream: { ...server, requests: () => server.requests() - discovery, timeoutMs: 5_000 },
    keySet: {
      publish(published) {
        keys = [...published];
      },
      coolDownMs: 30_000,
    },
    async close() {
      auth.close();
      await server.close();
    },
  };
}
