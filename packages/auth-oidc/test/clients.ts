import { X509Certificate } from 'node:crypto';

import {
  certificateAuthority,
  selfSignedClient,
  type CertificateAuthority,
  type CertifiedKey,
} from '@tako/testing/loopback';
import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';
import type { ClientMetadata } from 'oidc-provider';

import type { ClientAuthMethod } from '../src/index.js';

/** A key for `private_key_jwt`. */
interface TestKey {
  readonly pem: string;
  readonly algorithm: 'RS256' | 'ES256' | 'Ed25519';
  readonly keyId: string;
}

/** Clients of the identity provider, one for each method, and what they show. */
export interface TestClients {
  /** Signs client certificates. */
  readonly authority: CertificateAuthority;
  readonly issued: CertifiedKey;
  readonly selfSigned: CertifiedKey;
  readonly keys: { readonly [Algorithm in TestKey['algorithm']]: TestKey };
  readonly metadata: readonly ClientMetadata[];
}

/** Fits every method with a secret. It must be encoded before it stands in a header: RFC 6749, section 2.3.1. */
export const secret = 'a%20secret:with+all/of=it&more-0123456789';

/** The client that uses a method is called like this. */
export const clientIdOf = (method: ClientAuthMethod, algorithm?: string): string =>
  algorithm === undefined ? `client:${method}` : `client:${method}:${algorithm}`;

/** Makes keys and certificates anew. */
export async function testClients(): Promise<TestClients> {
  const ours = certificateAuthority('Clients root');
  const issued = ours.client('agents');
  const selfSigned = selfSignedClient('alone');
  const [RS256, ES256, Ed25519] = await Promise.all([testKey('RS256'), testKey('ES256'), testKey('Ed25519')]);
  const made = { RS256, ES256, Ed25519 };
  const client = (method: ClientAuthMethod, more: object): ClientMetadata => ({
    id_token_signed_response_alg: 'ES256',
    grant_types: [],
    redirect_uris: [],
    response_types: [],
    client_id: clientIdOf(method),
    token_endpoint_auth_method: method,
    ...more,
  });
  const secretUsers = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;
  return {
    authority: ours,
    issued,
    selfSigned,
    keys: { RS256: RS256.key, ES256: ES256.key, Ed25519: Ed25519.key },
    metadata: [
      ...secretUsers.map((method) => client(method, { client_secret: secret })),
      ...Object.entries(made).map(([algorithm, { jwk }]) =>
        client('private_key_jwt', { client_id: clientIdOf('private_key_jwt', algorithm), jwks: { keys: [jwk] } }),
      ),
      client('tls_client_auth', { tls_client_auth_subject_dn: 'CN=agents' }),
      client('self_signed_tls_client_auth', { jwks: { keys: [await certificateKey(selfSigned)] } }),
    ],
  };
}

async function testKey(algorithm: TestKey['algorithm']): Promise<{ readonly key: TestKey; readonly jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const keyId = `key of ${algorithm}`;
  // Without `alg`: Ed25519 has two names, and the peer is to take both.
  return {
    key: { pem: await exportPKCS8(privateKey), algorithm, keyId },
    jwk: { ...(await exportJWK(publicKey)), kid: keyId, use: 'sig' },
  };
}

async function certificateKey({ cert }: CertifiedKey): Promise<JWK> {
  const { publicKey, raw } = new X509Certificate(cert);
  return { ...(await exportJWK(publicKey)), x5c: [raw.toString('base64')], kid: 'certificate' };
}
