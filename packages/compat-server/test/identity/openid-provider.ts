import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';

import { Provider, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider';
import { onTestFinished } from 'vitest';

import { loopbackTls } from './certificates.js';
import { audience } from './test-issuer.js';

/** `oidc-provider` over TLS, until the test is over. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** The certificate of its authority. */
  readonly ca: string;
  /** What the server shows where it asks about tokens. */
  readonly client: typeof client;
  /** A token of its token endpoint, that is a JSON Web Token, or one that it alone can read. */
  readonly token: (kind: 'jwt' | 'opaque') => Promise<string>;
  readonly revoke: (token: string) => Promise<void>;
  /** What it does with requests: it breaks their connections, or never answers. */
  readonly fail: (how: 'breaks' | 'hangs' | undefined) => void;
  /** Signs with a new key from now on. */
  readonly rotate: () => void;
}

const secret = 'a-secret-of-ada-0123456789';
const client = {
  clientId: 'gateway',
  clientSecret: 'a-secret-of-the-gateway-0123456789',
  method: 'client_secret_basic',
} as const;

export async function openIdProvider(): Promise<OpenIdProvider> {
  const { ca, key, cert } = loopbackTls();
  let fault: 'breaks' | 'hangs' | undefined;
  let handle: RequestListener = () => undefined;
  const server = createServer({ key, cert }, (incoming, response) => {
    if (fault === undefined) handle(incoming, response);
    else if (fault === 'breaks') incoming.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const issuer = `https://localhost:${port}`;
  const stored = storedInMemory();
  let keys = 0;
  const rotate = (): void => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const provider = providerOf(issuer, stored, { ...jwk, kid: `key-${++keys}`, alg: 'ES256', use: 'sig' });
    const listen = provider.callback();
    handle = (incoming, response) => void listen(incoming, response);
  };
  rotate();

  const post = (path: string, form: Record<string, string>): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const asking = request(`${issuer}${path}`, { method: 'POST', ca, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (data: string) => (text += data));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path}: ${response.statusCode} ${text}`));
        });
      });
      asking.on('error', reject);
      asking.end(new URLSearchParams(form).toString());
    });

  return {
    issuer,
    ca,
    client,
    async token(kind) {
      const wanted = { grant_type: 'client_credentials', resource: audience };
      const text = await post('/token', kind === 'opaque' ? { ...wanted, scope: 'opaque' } : wanted);
      return (JSON.parse(text) as { readonly access_token: string }).access_token; // RFC 6749, section 5.1
    },
    async revoke(token) {
      await post('/token/revocation', { token });
    },
    fail: (how) => {
      fault = how;
    },
    rotate,
  };
}

function providerOf(issuer: string, adapter: AdapterFactory, jwk: object): Provider {
  const service = { redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' } as const;
  return new Provider(issuer, {
    adapter,
    jwks: { keys: [jwk] },
    clients: [
      { ...service, client_id: 'ada', client_secret: secret, grant_types: ['client_credentials'], scope: 'opaque' },
      { ...service, client_id: client.clientId, client_secret: client.clientSecret, grant_types: [] },
    ],
    scopes: ['opaque'],
    ttl: { ClientCredentials: 3_600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx) => ({
          scope: 'opaque',
          audience,
          accessTokenFormat: ctx.oidc.params?.['scope'] === 'opaque' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ tenant_id: 'acme', sub: 'ada', roles: ['reader'] }),
  });
}

/** Tokens outlive a change of keys. */
function storedInMemory(): AdapterFactory {
  const stored = new Map<string, AdapterPayload>();
  return (kind): Adapter => ({
    upsert: async (id, payload) => void stored.set(`${kind} ${id}`, payload),
    find: async (id) => stored.get(`${kind} ${id}`),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async () => undefined,
    destroy: async (id) => void stored.delete(`${kind} ${id}`),
    revokeByGrantId: async () => undefined,
  });
}
