import { readCredential, type Credential } from '@tako/core';

import { exchange } from './exchange.js';
import type { AzureTokenSource } from './options.js';

/** An application that signs in with a secret. */
export interface ClientSecretOptions {
  readonly clientId: string;
  /** Read at each sign-in. */
  readonly clientSecret: Credential;
  /** Id or domain. @defaultValue the one that the vault names */
  readonly tenantId?: string | undefined;
}

/**
 * Tokens for an application with a secret.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow (read 2026-11-23).
 */
export function clientSecret({ clientId, clientSecret: secret, tenantId }: ClientSecretOptions): AzureTokenSource {
  return async (context) =>
    exchange(context, tenantId, {
      client_id: clientId,
      client_secret: await readCredential(secret, 'AzureKeyVaultResolver: clientSecret', context.environment),
    });
}
