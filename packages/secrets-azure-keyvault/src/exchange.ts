import { invalidOptions, secureUrl } from '@tako/core/provider';

import type { AzureToken, AzureTokenContext } from './options.js';
import { readToken } from './token-answer.js';

/**
 * Signs an application in at Entra ID.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow (read 2026-11-23).
 */
export async function exchange(
  context: AzureTokenContext,
  tenantId: string | undefined,
  credential: Readonly<Record<string, string>>,
  authorityHost: string = context.authorityHost,
): Promise<AzureToken> {
  const { resource, send, clock, signal } = context;
  const tenant = tenantId ?? (await context.tenant());
  const source = 'AzureKeyVaultResolver';
  if (!/^[\w-][\w.-]{0,252}$/.test(tenant)) throw invalidOptions(source, 'tenantId must be an id or a domain');
  const { href } = secureUrl(authorityHost, source, 'authorityHost');
  const form = { grant_type: 'client_credentials', scope: `${resource}/.default`, ...credential };
  const answer = await send({
    what: 'a token of Entra ID',
    method: 'POST',
    url: `${href.replace(/\/+$/, '')}/${tenant}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    signal,
  });
  return readToken(answer, clock, 'Entra ID');
}
