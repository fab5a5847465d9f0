import type { PrincipalClaims } from '@tako/core/provider';

export type { ClaimPath } from '@tako/core/provider';

/** Which claims make up the principal. */
export type OidcClaims = PrincipalClaims;
