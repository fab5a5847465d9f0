import { z } from 'zod';

import { credential, milliseconds, text, url } from './terms.js';

const someTexts = z.union([text, z.array(text).min(1)]);

/** Where in the claims of a token a principal is found. */
const claims = z
  .strictObject({
    tenant: someTexts.optional().describe('tenant_id without it; a list is the way to a nested claim'),
    defaultTenantId: text.optional().describe('the tenant of tokens without that claim; without it they are refused'),
    user: someTexts.optional().describe('sub without it'),
    roles: someTexts.optional().describe('roles without it'),
    defaultRoles: z.array(text).optional(),
  })
  .describe('which claims make up tenant, user and roles');

const leewayMs = z.number().nonnegative().max(300_000).optional().describe('how much clocks may differ');

/** One link of the chain that finds out who calls. */
export const authConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('tokens'),
    tokens: z
      .array(z.strictObject({ token: credential, tenant: text, user: text, roles: z.array(text).optional() }))
      .min(1),
  }),
  z.strictObject({
    type: z.literal('jwt'),
    issuer: someTexts,
    audience: someTexts,
    algorithm: z.enum(['RS256', 'ES256', 'EdDSA', 'HS256']),
    key: credential.optional().describe('PEM of the public key; the shared secret for HS256'),
    jwksUrl: url.optional(),
    jwksFile: text.optional(),
    typ: text.optional().describe('the typ that headers must have, for example at+jwt'),
    leewayMs,
    claims: claims.optional(),
  }),
  z.strictObject({
    type: z.literal('oidc'),
    issuer: url,
    audience: someTexts,
    mode: z.enum(['jwt', 'opaque', 'both']).optional(),
    clientId: text.optional().describe('our name at the identity provider, to ask about opaque tokens'),
    clientSecret: credential.optional(),
    caFile: text.optional(),
    typ: text.optional(),
    leewayMs,
    timeoutMs: milliseconds.optional(),
    claims: claims.optional(),
  }),
  z.strictObject({
    type: z.literal('vault'),
    hashKey: credential.describe('the key of the hash under which tokens stand'),
    path: text.optional(),
    ttlMs: milliseconds.optional().describe('the longest that a revoked token still works'),
  }),
]);
