import { invalidOptions } from '@tako/core';

/**
 * How we show the identity provider who asks: OpenID Connect Core 1.0, section 9, and RFC 8705, section 2. From the strongest to
 * the weakest:
 *
 * - `tls_client_auth`: a client certificate of an authority that the identity provider trusts (RFC 8705, section 2.1)
 * - `self_signed_tls_client_auth`: a client certificate that the identity provider knows (RFC 8705, section 2.2)
 * - `private_key_jwt`: a JSON Web Token signed with our private key (RFC 7523)
 * - `client_secret_jwt`: one signed with the secret (RFC 7523)
 * - `client_secret_basic`, `client_secret_post`: the secret itself (RFC 6749, section 2.3.1)
 */
export type ClientAuthMethod =
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'private_key_jwt'
  | 'client_secret_jwt'
  | 'client_secret_basic'
  | 'client_secret_post';

/** From the strongest to the weakest. */
export const clientAuthMethods: readonly ClientAuthMethod[] = [
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'private_key_jwt',
  'client_secret_jwt',
  'client_secret_basic',
  'client_secret_post',
];

/** What we have to show. */
export interface OwnMeans {
  readonly hasSecret: boolean;
  /** The names of the algorithm that our private key signs with; `undefined` without a key. */
  readonly keyAlgorithms: readonly string[] | undefined;
  readonly certificate: 'none' | 'issued' | 'self_signed';
}

/** What the identity provider says that it takes. */
export interface TheirMeans {
  readonly methods: readonly string[];
  /** For JSON Web Tokens of clients; `undefined` when it does not say. */
  readonly algorithms: readonly string[] | undefined;
}

/**
 * The strongest method that both sides have.
 *
 * A certificate signed by an authority serves for either kind of mutual TLS, a self-signed one for its own kind alone.
 *
 * @throws `invalid` when there is none
 */
export function strongestMethod(own: OwnMeans, theirs: TheirMeans, source: string): ClientAuthMethod {
  const takes = (names: readonly string[]): boolean =>
    theirs.algorithms === undefined || names.some((name) => theirs.algorithms?.includes(name));
  const have: Readonly<Record<ClientAuthMethod, boolean>> = {
    tls_client_auth: own.certificate === 'issued',
    self_signed_tls_client_auth: own.certificate !== 'none',
    private_key_jwt: own.keyAlgorithms !== undefined && takes(own.keyAlgorithms),
    client_secret_jwt: own.hasSecret && takes(['HS256']),
    client_secret_basic: own.hasSecret,
    client_secret_post: own.hasSecret,
  };
  const found = clientAuthMethods.find((method) => have[method] && theirs.methods.includes(method));
  if (found !== undefined) return found;
  throw invalidOptions(
    source,
    'there is no method of client authentication that both sides have; see introspection.method',
  );
}
