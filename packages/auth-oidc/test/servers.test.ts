import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { readCredentials } from '@tako/auth';
import { isTakoError } from '@tako/core';
import { certificateAuthority, type CertifiedKey } from '@tako/testing/loopback';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { OidcAuth } from '../src/index.js';
import { HttpsSender } from '../src/https-sender.js';
import { clientIdentity } from '../src/mtls/client-identity.js';
import { trustedRoots } from '../src/trusted-roots.js';
import { identityProvider, type IdentityProvider } from './identity-provider.js';
import { audience } from './peer.js';

let provider: IdentityProvider;
let auth: OidcAuth;
const discover = (): Promise<OidcAuth> => OidcAuth.discover({ issuer: provider.issuer, ca: provider.ca, audience });
beforeAll(async () => {
  provider = await identityProvider();
  auth = await discover();
});
afterAll(async () => {
  auth.close();
  await provider[Symbol.asyncDispose]();
});

test('a hook of fastify lets good tokens in, and tells wrong ones from an outage', async () => {
  const app = fastify();
  app.addHook('onRequest', async ({ method, url, raw }, reply) => {
    try {
      await auth.authenticate(readCredentials({ method, url, headers: raw.headersDistinct }));
    } catch (error) {
      return reply.code(isTakoError(error, 'auth') ? 401 : 503).send();
    }
  });
  app.get('/', () => 'in');
  // A real request: the made-up ones of fastify have no headersDistinct.
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const status = async (headers: { readonly authorization?: string }): Promise<number> =>
    (await fetch(url, { headers })).status;
  const authorization = `Bearer ${await provider.token()}`;
  expect(await status({ authorization })).toBe(200);
  expect(await status({ authorization: `${authorization}x` })).toBe(401);
  expect(await status({})).toBe(401);
  auth.close();
  auth = await discover();
  provider.fault('/jwks', 'reset');
  expect(await status({ authorization })).toBe(503);
  provider.fault('/jwks', 'none');
  await app.close();
});

test('a server of node:https sees the client certificate that a token is bound to', async () => {
  const root = certificateAuthority('Agents root');
  const { authority: clients } = provider.clients;
  const owner = clients.client('agents');
  const other = clients.client('agents');
  const tls = { ...root.server(), requestCert: true, ca: [clients.cert] };
  await using own = await discover();
  const server = createServer(tls, ({ method, url, headersDistinct: headers, socket }, response) => {
    const { fingerprint256 } = (socket as TLSSocket).getPeerX509Certificate() ?? {}; // a server of node:https has no other
    const clientCertificateThumbprint =
      fingerprint256 === undefined
        ? undefined
        : Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    own.authenticate(readCredentials({ method, url, headers, clientCertificateThumbprint })).then(
      () => response.writeHead(200).end(),
      (error: unknown) => response.writeHead(isTakoError(error, 'auth') ? 401 : 503).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a server that listens on a port
  const token = await provider.boundToken(owner);
  const ask = async (as: CertifiedKey): Promise<number> => {
    const identity = clientIdentity(as, 'test');
    const roots = trustedRoots({ ca: root.cert }, 'test');
    const { fetch } = new HttpsSender({ source: 'test', roots, identity, keepAlive: false, maxBytes: 1_000 });
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`https://localhost:${port}/runs`, { method: 'GET', headers })).status;
  };
  expect([await ask(owner), await ask(other)]).toEqual([200, 401]);
  server.close();
});
