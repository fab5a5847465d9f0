import type { JsonWebKey } from 'node:crypto';

import { JwtAuth, jwksUrl } from '@tako/auth-jwt';
import { OidcAuth } from '@tako/auth-oidc';
import type { Authenticator } from '@tako/core';
import { fakeClock, type FakeClock } from '@tako/testing';
import {
  newSigner,
  publicJwk,
  signToken,
  upstreamServer,
  type TokenAlgorithm,
  type TokenSigner,
  type UpstreamServer,
} from '@tako/testing/identity';
import { onTestFinished } from 'vitest';

import { loopbackTls } from './certificates.js';

/** Who the tokens are for. */
export const audience = 'https://agents.acme.example';

type Values = { readonly [name: string]: unknown };

/** One who signs tokens, publishes its keys, and can fail; with an authenticator that trusts it. */
export interface TestIssuer {
  readonly auth: Authenticator;
  readonly issuer: string;
  readonly signer: TokenSigner;
  readonly clock: FakeClock;
  /** Requests for keys, and how they fail. */
  readonly keys: Pick<UpstreamServer, 'requests' | 'fail'> & { publish(keys: readonly JsonWebKey[]): void };
  /** The claims of a token that is good for five minutes; what is `undefined` is left out. */
  claims(more?: Values): Values;
  /** A token with such claims. */
  token(more?: Values, header?: Values, signer?: TokenSigner): string;
}

/** What is different from the usual. */
export interface TestIssuerOptions {
  readonly algorithm?: Exclude<TokenAlgorithm, 'HS256'>;
  readonly typ?: string;
}

/** Both kinds of authenticators that check tokens by keys: what holds for one must hold for the other. */
export const issuers: readonly ((options?: TestIssuerOptions) => Promise<TestIssuer>)[] = [jwtIssuer, oidcIssuer];

/** Trusted by `JwtAuth`, with its keys at an address. */
export async function jwtIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { algorithm = 'ES256', typ } = options;
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
  let published: readonly JsonWebKey[] = [];
  const server = await upstreamServer(() => ({ body: { keys: published } }));
  onTestFinished(() => server.close());
  const issuer = 'https://login.acme.example';
  const keys = jwksUrl(`${server.url}/keys`, { algorithms: [algorithm] });
  const auth = new JwtAuth({ keys, issuer, audience, typ, clock });
  return made({ auth, issuer, clock, server, before: 0, algorithm, publish: (next) => (published = next) });
}

/** Trusted by `OidcAuth`, which finds it over TLS. */
export async function oidcIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { algorithm = 'ES256', typ } = options;
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
  let published: readonly JsonWebKey[] = [];
  const tls = loopbackTls();
  const server: UpstreamServer = await upstreamServer(
    ({ path }) => ({
      body: path.endsWith('/keys') ? { keys: published } : { issuer: server.url, jwks_uri: `${server.url}/keys` },
    }),
    { tls },
  );
  onTestFinished(() => server.close());
  const issuer = server.url;
  const auth = await OidcAuth.discover({ issuer, audience, ca: tls.ca, typ, clock });
  onTestFinished(() => {
    auth.close();
  });
  const before = server.requests();
  return made({ auth, issuer, clock, server, before, algorithm, publish: (next) => (published = next) });
}

interface Parts {
  readonly auth: Authenticator;
  readonly issuer: string;
  readonly clock: FakeClock;
  readonly server: UpstreamServer;
  /** Requests that were not for keys. */
  readonly before: number;
  readonly algorithm: TokenAlgorithm;
  readonly publish: (keys: readonly JsonWebKey[]) => void;
}

async function made({ auth, issuer, clock, server, before, algorithm, publish }: Parts): Promise<TestIssuer> {
  const signer = await newSigner(algorithm, 'key-1');
  publish([publicJwk(signer)]);
  const claims: TestIssuer['claims'] = (more = {}) => {
    const now = Math.floor(clock.now() / 1_000);
    const times = { iat: now, exp: now + 300 };
    return { iss: issuer, aud: audience, sub: 'ada', tenant_id: 'acme', roles: ['reader'], ...times, ...more };
  };
  return {
    auth,
    issuer,
    signer,
    clock,
    keys: { requests: () => server.requests() - before, fail: server.fail, publish },
    claims,
    token: (more = {}, header = {}, by = signer) => {
      const typ = 'at+jwt';
      return signToken(by, { header: { typ, ...header }, payload: claims(more) });
    },
  };
}
