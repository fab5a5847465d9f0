/** What the end of a session is asked for with: OpenID Connect RP-Initiated Logout 1.0, section 2. */
export interface LogoutOptions {
  /** The ID token of the session that ends. It stands in the address: hand that to the browser alone, and log it nowhere. */
  readonly idTokenHint?: string | undefined;
  /** Where the browser goes afterwards. The identity provider must know this address. */
  readonly postLogoutRedirectUri?: string | undefined;
  /** Comes back at `postLogoutRedirectUri`. */
  readonly state?: string | undefined;
  /** For an identity provider that cannot tell from `idTokenHint` who asks. */
  readonly clientId?: string | undefined;
}

/**
 * The address that ends a session, for the browser: https://openid.net/specs/openid-connect-rpinitiated-1_0.html, section 2
 * (read 2026-11-23).
 */
export function logoutUri(endpoint: string, options: LogoutOptions): string {
  const { idTokenHint, postLogoutRedirectUri, state, clientId } = options;
  const url = new URL(endpoint);
  const given = {
    id_token_hint: idTokenHint,
    post_logout_redirect_uri: postLogoutRedirectUri,
    state,
    client_id: clientId,
  };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
