import { OidcAuth } from '@tako/auth-oidc';
import { fakeClock } from '@tako/testing';
import { upstreamServer, type UpstreamServer } from '@tako/testing/identity';
import { onTestFinished } from 'vitest';

import { loopbackTls } from './certificates.js';
import { audience } from './test-issuer.js';

/** One that is asked about opaque tokens (RFC 7662), over TLS, and answers what it is told to; with an authenticator that asks it. */
export async function askedIssuer() {
  const clock = fakeClock({ nowMs: Date.UTC(2026, 10, 23) });
  const answers = new Map<string, object>();
  const tls = loopbackTls();
  const server: UpstreamServer = await upstreamServer(
    ({ path, body }) => {
      if (path.endsWith('/introspect')) {
        return { body: answers.get(new URLSearchParams(body).get('token') ?? '') ?? { active: false } };
      }
      const { url } = server;
      return { body: { issuer: url, jwks_uri: `${url}/keys`, introspection_endpoint: `${url}/introspect` } };
    },
    { tls },
  );
  onTestFinished(() => server.close());
  const auth = await OidcAuth.discover({
    issuer: server.url,
    audience,
    ca: tls.ca,
    clock,
    introspection: { clientId: 'gateway', clientSecret: 'gateway-secret-0123456789' },
  });
  onTestFinished(() => {
    auth.close();
  });
  const before = server.requests();
  const seconds = (more: number): number => Math.floor(clock.now() / 1_000) + more;
  return {
    auth,
    clock,
    seconds,
    issuer: server.url,
    fail: server.fail,
    /** How often it was asked about tokens. */
    asked: () => server.requests() - before,
    /** What it says of a token: that it is good, laid over by `more`. */
    say(token: string, more: object = {}): void {
      const claims = { sub: 'ada', tenant_id: 'acme', aud: audience, iss: server.url, exp: seconds(300) };
      answers.set(token, { active: true, ...claims, ...more });
    },
  };
}
