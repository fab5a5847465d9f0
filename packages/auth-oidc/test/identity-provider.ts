import { createServer } from 'node:https';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
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

import { HttpsSender } from '../src/https-sender.js';
import { authority, serverCertificate } from './certificates.js';
import { testClients, type TestClients } from './clients.js';
import { peer, type PeerOptions } from './peer.js';
import { storedTokens } from './stored-tokens.js';

/** Who the tokens are for. */
export const audience = 'https://agents.acme.example';

/** Paths of the identity provider. */
export const introspectionPath = '/token/introspection';

/** What the identity provider does with requests. */
export type Fault =
  | 'none'
  | 'reset'
  | 'silent'
  | { readonly status: number; readonly body?: string; readonly retryAfter?: string };

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The same identity provider where it asks for client certificates, with another authority of its own. */
  readonly mtlsOrigin: string;
  /** The certificate of its authority, in PEM form. */
  readonly ca: string;
  /** That of `mtlsOrigin`. */
  readonly mtlsCa: string;
  readonly clients: TestClients;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** The forms that were sent to the introspection endpoint, with the `authorization` header, in order. */
  readonly questions: URLSearchParams[];
  /** A token of the real token endpoint. */
  token(form?: { readonly [name: string]: string }, headers?: { readonly [name: string]: string }): Promise<string>;
  /** A token that only the identity provider can read, of the real token endpoint. */
  opaqueToken(): Promise<string>;
  revoke(token: string): Promise<void>;
  /** A token with any header and claims, signed with the provider's newest key unless another is given. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>, key?: CryptoKey | Uint8Array): Promise<string>;
  /** Replaces all keys by new ones. */
  rotate(): Promise<void>;
  /** Starts it anew with other options; tokens are still known. */
  configure(options: PeerOptions): void;
  fault(path: string, fault: Fault): void;
}

interface Keys {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

/** `oidc-provider` over TLS, with authorities of its own. */
export async function identityProvider(): Promise<IdentityProvider> {
  const [ours, inner, clients] = await Promise.all([authority('Acme root'), authority('Inner root'), testClients()]);
  const faults = new Map<string, Fault>();
  const asked: string[] = [];
  const questions: URLSearchParams[] = [];
  let handle: RequestListener = () => undefined;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '';
    asked.push(path);
    if (path === introspectionPath) record(request, questions);
    const fault = faults.get(path) ?? 'none';
    if (fault === 'none') void handle(request, response);
    else if (fault === 'reset') request.socket.destroy();
    else if (fault !== 'silent') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body ?? '{}');
    }
  };
  const server = createServer(await serverCertificate(ours), answer);
  // oidc-provider decides about the certificate; RFC 8705, section 2.2, allows ones that no authority signed.
  const mtls = { requestCert: true, rejectUnauthorized: false, ca: [clients.authority.cert] };
  const mtlsServer = createServer({ ...(await serverCertificate(inner)), ...mtls }, answer);
  const [issuer, mtlsOrigin] = await Promise.all([listening(server), listening(mtlsServer)]);

  let keys = await newKeys('first');
  let options: PeerOptions = {};
  const stored = storedTokens();
  const restart = (): void => {
    handle = peer(issuer, mtlsOrigin, keys.jwk, clients, stored, options);
  };
  restart();
  let rotations = 0;
  const { fetch } = new HttpsSender({ source: 'test', roots: [ours.cert], keepAlive: false, maxBytes: 65_536 });
  const post = async (path: string, form: object, headers: object = {}): Promise<string> => {
    const response = await fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('ada:ada-secret').toString('base64')}`,
        ...headers,
      },
      body: new URLSearchParams({ ...form }).toString(),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} refused: ${text}`);
    return text;
  };
  const token: IdentityProvider['token'] = async (form = {}, headers = {}) => {
    const text = await post('/token', { grant_type: 'client_credentials', resource: audience, ...form }, headers);
    const { access_token: issued } = JSON.parse(text) as { access_token: string }; // RFC 6749, section 5.1
    return issued;
  };

  return {
    issuer,
    mtlsOrigin,
    ca: ours.cert,
    mtlsCa: inner.cert,
    clients,
    asked,
    questions,
    token,
    opaqueToken: () => token({ scope: 'opaque' }),
    async revoke(revoked) {
      await post('/token/revocation', { token: revoked });
    },
    sign: (claims, header = {}, key = keys.privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.kid, ...header }).sign(key),
    async rotate() {
      keys = await newKeys(`rotated-${++rotations}`);
      restart();
    },
    configure(changed) {
      options = changed;
      restart();
    },
    fault: (path, fault) => void faults.set(path, fault),
    async [Symbol.asyncDispose]() {
      for (const each of [server, mtlsServer]) {
        each.closeAllConnections();
        await new Promise((resolve) => {
          each.close(resolve);
        });
      }
    },
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a server that listens on a port
  return `https://localhost:${port}`;
}

function record(request: IncomingMessage, questions: URLSearchParams[]): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    if (request.headers.authorization !== undefined) form.set('authorization', request.headers.authorization);
    questions.push(form);
  });
}

async function newKeys(kid: string): Promise<Keys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' } };
}
