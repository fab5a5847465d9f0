import { createServer } from 'node:https';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

import { certificateAuthority, type CertifiedKey } from '@tako/testing/loopback';
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
import { clientIdentity } from '../src/mtls/client-identity.js';
import { trustedRoots } from '../src/trusted-roots.js';
import { testClients, type TestClients } from './clients.js';
import { audience, peer, type PeerOptions } from './peer.js';
import { storedTokens } from './stored-tokens.js';

/** Paths of the identity provider. */
export const introspectionPath = '/token/introspection';

/** What the identity provider does with requests. */
type Fault =
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
  /** The forms that were sent to the introspection endpoint, with `authorization` and the `certificate`’s fingerprint, in order. */
  readonly questions: URLSearchParams[];
  /** A token of the real token endpoint. */
  token(form?: { readonly [name: string]: string }, headers?: { readonly [name: string]: string }): Promise<string>;
  /** A token that only the identity provider can read, of the real token endpoint. */
  opaqueToken(): Promise<string>;
  /** A token that is bound to a client certificate: RFC 8705, section 3. */
  boundToken(to: CertifiedKey, form?: { readonly [name: string]: string }): Promise<string>;
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
  const ours = certificateAuthority('Acme root');
  const inner = certificateAuthority('Inner root');
  const clients = await testClients();
  const faults = new Map<string, Fault>();
  const asked: string[] = [];
  const questions: URLSearchParams[] = [];
  let handle: RequestListener = () => undefined;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '';
    asked.push(path);
    if (path === introspectionPath) record(request, questions);
    const fault = faults.get(path) ?? 'none';
    if (fault === 'none') handle(request, response);
    else if (fault === 'reset') request.socket.destroy();
    else if (fault !== 'silent') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body ?? '{}');
    }
  };
  const server = createServer(ours.server(), answer);
  // oidc-provider decides about the certificate; RFC 8705, section 2.2, allows ones that no authority signed.
  const mtls = { requestCert: true, rejectUnauthorized: false, ca: [clients.authority.cert] };
  const mtlsServer = createServer({ ...inner.server(), ...mtls }, answer);
  const [issuer, mtlsOrigin] = await Promise.all([listening(server), listening(mtlsServer)]);

  let keys = await newKeys('first');
  let options: PeerOptions = {};
  const stored = storedTokens();
  const restart = (): void => {
    handle = peer(issuer, mtlsOrigin, keys.jwk, clients, stored, options);
  };
  restart();
  let rotations = 0;
  const asAnybody = new HttpsSender({
    source: 'test',
    roots: trustedRoots({ ca: ours.cert }, 'test'),
    keepAlive: false,
    maxBytes: 65_536,
  });
  const post = async (url: string, form: object, headers: object = {}, { fetch } = asAnybody): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ ...form }).toString(),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${url} refused: ${text}`);
    return text;
  };
  const asAda = { authorization: `Basic ${Buffer.from('ada:ada-secret').toString('base64')}` };
  const wanted = { grant_type: 'client_credentials', resource: audience };
  const token: IdentityProvider['token'] = async (form = {}, headers = {}) =>
    issuedIn(await post(`${issuer}/token`, { ...wanted, ...form }, { ...asAda, ...headers }));

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
    async boundToken(to, form = {}) {
      const identity = clientIdentity(to, 'test');
      const sender = new HttpsSender({
        source: 'test',
        roots: trustedRoots({ ca: inner.cert }, 'test'),
        identity,
        keepAlive: false,
        maxBytes: 65_536,
      });
      return issuedIn(await post(`${mtlsOrigin}/token`, { ...wanted, client_id: 'bound', ...form }, {}, sender));
    },
    async revoke(revoked) {
      await post(`${issuer}/token/revocation`, { token: revoked }, asAda);
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

/** RFC 6749, section 5.1. */
function issuedIn(text: string): string {
  const { access_token: issued } = JSON.parse(text) as { access_token: string };
  return issued;
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
    const { socket } = request;
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    if (certificate !== undefined) form.set('certificate', certificate.fingerprint256);
    questions.push(form);
  });
}

async function newKeys(kid: string): Promise<Keys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' } };
}
