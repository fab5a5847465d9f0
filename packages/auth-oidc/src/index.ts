export { OidcAuth } from './oidc-auth.js';
export type { ClientAuthMethod } from './introspection/client-auth-method.js';
export type { ClientKey, IntrospectionOptions, MtlsReload } from './introspection/introspection-options.js';
export type { LogoutOptions } from './logout-uri.js';
export type { MtlsIdentity } from './mtls/client-identity.js';
export type { MtlsSource } from './mtls/mtls-source.js';
export type { DpopOptions, OidcAuthOptions } from './oidc-auth-options.js';
export type { ClaimPath, OidcClaims } from './oidc-claims.js';
