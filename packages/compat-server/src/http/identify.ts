import { TakoError, type Authenticator, type Principal } from '@tako/core';

import { credentialsOf } from './credentials.js';
import { onlyHeader, type RequestHead } from './exchange.js';
import type { FailedAuths } from './failed-auths.js';

/**
 * Finds out who is calling.
 *
 * @throws what the authenticator throws; `auth` for a request without one readable credential; a `Refusal` for one too many;
 *   `transport` for an answer that names nobody: whatever is wrong there, it lets nobody in
 */
export async function identify(head: RequestHead, auth: Authenticator, failed: FailedAuths): Promise<Principal> {
  const principal = await failed.guard(head.clientAddress, onlyHeader(head, 'authorization') ?? '', async () =>
    auth.authenticate(credentialsOf(head), { signal: head.signal }),
  );
  // Authenticators are foreign, and may be written without types.
  const given: Partial<Principal> | null | undefined = principal;
  if (isName(given?.tenantId) && isName(given?.userId) && Array.isArray(given?.roles)) return principal;
  throw new TakoError('transport', 'the authenticator gave no tenant, user and roles');
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
