import { invalidOptions, readCredential, TakoError, type Credential, type Environment } from '@tako/core';
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
import type { SigningKey } from './signing-key.js';

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

/**
 * The method as openid-client takes it, for one request: a secret may be rotated between two.
 *
 * @throws `transport` when the secret or the key cannot be read: who calls us is not to blame
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
      return PrivateKeyJwt(await key.read(), assertion(key.names[0]));
    case 'client_secret_jwt':
      return ClientSecretJwt(await readSecret(options), assertion());
    case 'client_secret_basic':
      return ClientSecretBasic(await readSecret(options));
    case 'client_secret_post':
      return ClientSecretPost(await readSecret(options));
  }
}

async function readSecret({ source, clientSecret, environment }: ClientAuthOptions): Promise<string> {
  try {
    return await readCredential(clientSecret, `${source}: introspection.clientSecret`, environment);
  } catch {
    // `auth` would say that the token is wrong; whatever else was thrown may quote the secret.
    throw new TakoError('transport', `${source}: introspection.clientSecret cannot be read`, { source });
  }
}
