import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { Provider } from 'oidc-provider';

import { httpsFetch } from '../src/https-fetch.js';
import { authority, serverCertificate } from './certificates.js';

/** Who the tokens are for. */
export const audience = 'https://agents.acme.example';

/** What the identity provider does with requests. */
export type Fault =
  | 'none'
  | 'reset'
  | 'silent'
  | { readonly status: number; readonly body?: string; readonly retryAfter?: string };

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The certificate of its authority, in PEM form. */
  readonly ca: string;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** A token of the real token endpoint. */
  token(): Promise<string>;
  /** A token with any header and claims, signed with the provider's newest key unless another is given. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>, key?: CryptoKey | Uint8Array): Promise<string>;
  /** Replaces all keys by new ones. */
  rotate(): Promise<void>;
  fault(path: string, fault: Fault): void;
}

interface Keys {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

/** `oidc-provider` over TLS, with an authority of its own. */
export async function identityProvider(): Promise<IdentityProvider> {
  const ours = await authority('Acme root');
  const server = createServer(await serverCertificate(ours));
  const faults = new Map<string, Fault>();
  const asked: string[] = [];
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a server that listens on a port
  const issuer = `https://localhost:${port}`;

  let keys = await newKeys('first');
  let handle = provider(issuer, keys.jwk).callback();
  server.on('request', (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const fault = faults.get(path) ?? 'none';
    if (fault === 'none') void handle(request, response);
    else if (fault === 'reset') request.socket.destroy();
    else if (fault !== 'silent') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body ?? '{}');
    }
  });

  let rotations = 0;
  const fetch = httpsFetch(ours.cert, 'test');
  return {
    issuer,
    ca: ours.cert,
    asked,
    async token() {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('ada:ada-secret').toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }).toString(),
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the token endpoint refused: ${text}`);

      const { access_token: token } = JSON.parse(text) as { access_token: string }; // RFC 6749, section 5.1
      return token;
    },
    sign: (claims, header = {}, key = keys.privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.kid, ...header }).sign(key),
    async rotate() {
      keys = await newKeys(`rotated-${++rotations}`);
      handle = provider(issuer, keys.jwk).callback();
    },
    fault: (path, fault) => void faults.set(path, fault),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function newKeys(kid: string): Promise<Keys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' } };
}

function provider(issuer: string, jwk: JWK): Provider {
  return new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [
      {
        client_id: 'ada',
        client_secret: 'ada-secret',
        grant_types: ['client_credentials'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ tenant_id: 'acme', realm_access: { roles: ['admin', 'reader'] } }),
  });
}
