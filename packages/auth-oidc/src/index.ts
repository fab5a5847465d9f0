export { OidcAuth } from './oidc-auth.js';
export type { OidcAuthOptions } from './oidc-auth.js';
export type { ClaimPath, OidcClaims } from './to-principal.js';
