import { invalidOptions, isSecret, readCredential, TakoError, type Credential, type Environment } from '@tako/core';
import { importPKCS8, type CryptoKey } from 'jose';
import {
  ClientSecretBasic,
  ClientSecretJwt,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
  TlsClientAuth,
  type ClientAuth,
  type ModifyAssertionOptions,
} from 'openid-client';

import type { ClientAuthMethod } from './client-auth-method.js';
import type { ClientKey } from './introspection-options.js';

/** What client authentication is made of. */
export interface ClientAuthOptions {
  readonly source: string;
  readonly method: ClientAuthMethod;
  readonly clientSecret: Credential | undefined;
  readonly environment: Environment | undefined;
  readonly key: SigningKey | undefined;
  /** The `aud` of what we sign. */
  readonly audience: string;
}

/** A private key that has been looked at. */
export interface SigningKey {
  readonly key: CryptoKey;
  readonly keyId: string | undefined;
  /** What its algorithm may be called. Ed25519 has two names: RFC 8037, section 3.1, and RFC 9864, section 2.2. */
  readonly names: readonly [string, ...string[]];
}

/**
 * The method as openid-client takes it, for one request: a secret may be rotated between two.
 *
 * @throws `transport` when the secret cannot be read: who calls us is not to blame
 */
export async function clientAuth(options: ClientAuthOptions): Promise<ClientAuth> {
  const { source, method, key, audience } = options;
  const assertion = (algorithm?: string): ModifyAssertionOptions => ({
    [modifyAssertion](header, payload) {
      payload['aud'] = audience;
      if (algorithm !== undefined) header['alg'] = algorithm;
    },
  });
  switch (method) {
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return TlsClientAuth(); // sends client_id: RFC 8705, section 2
    case 'private_key_jwt':
      if (key === undefined) throw invalidOptions(source, 'private_key_jwt needs introspection.privateKey');
      return PrivateKeyJwt(
        key.keyId === undefined ? key.key : { key: key.key, kid: key.keyId },
        assertion(key.names[0]),
      );
    case 'client_secret_jwt':
      return ClientSecretJwt(await readSecret(options), assertion());
    case 'client_secret_basic':
      return ClientSecretBasic(await readSecret(options));
    case 'client_secret_post':
      return ClientSecretPost(await readSecret(options));
  }
}

/**
 * Reads a private key.
 *
 * @param taken the algorithms that the identity provider takes, if it says so: of two names for one, the one it knows is used
 * @throws `invalid` when it cannot be read, belongs to another algorithm, or is too short; never with the key
 */
export async function signingKey(
  { pem, algorithm, keyId }: ClientKey,
  taken: readonly string[] | undefined,
  source: string,
): Promise<SigningKey> {
  const refused = (why: string): Error => invalidOptions(source, `introspection.privateKey ${why}`);
  if (!['RS256', 'ES256', 'Ed25519'].includes(algorithm)) throw refused('must be for RS256, ES256 or Ed25519');
  let key: CryptoKey;
  try {
    key = await importPKCS8(isSecret(pem) ? pem.expose() : pem, algorithm);
  } catch {
    throw refused(`is no key for ${algorithm}, as PKCS #8 in PEM form`); // the platform's reason may quote what it read
  }
  const { modulusLength } = key.algorithm as { readonly modulusLength?: number }; // RSA keys have one
  if (modulusLength !== undefined && modulusLength < 2_048) throw refused('has fewer than 2048 bits');
  return { key, keyId, names: namesOf(algorithm, taken) };
}

/** EdDSA is the older name, which more servers know. */
function namesOf(algorithm: ClientKey['algorithm'], taken: readonly string[] | undefined): SigningKey['names'] {
  if (algorithm !== 'Ed25519') return [algorithm];
  return taken?.includes('Ed25519') === true ? ['Ed25519', 'EdDSA'] : ['EdDSA', 'Ed25519'];
}

async function readSecret({ source, clientSecret, environment }: ClientAuthOptions): Promise<string> {
  try {
    return await readCredential(clientSecret, `${source}: introspection.clientSecret`, environment);
  } catch {
    // `auth` would say that the token is wrong; whatever else was thrown may quote the secret.
    throw new TakoError('transport', `${source}: introspection.clientSecret cannot be read`, { source });
  }
}
