import type { Clock } from '@tako/core';

import type { VendorAnswer } from '../server/vendor-server.js';
import { done, failure, success } from './vault-reply.js';
import { leaseS, type VaultToken, type VaultTokens } from './vault-tokens.js';

/** What a login or a renewal gives. */
export function authOf(token: VaultToken, nowMs: number): object {
  return {
    client_token: token.id,
    accessor: `accessor-${token.createdAtMs}`,
    policies: ['default'],
    token_policies: ['default'],
    metadata: {},
    lease_duration: leaseS(token, nowMs),
    renewable: token.renewable,
    entity_id: '',
    token_type: 'service',
    orphan: true,
  };
}

/**
 * What is below `auth/token/`: look-up, renewal, creation, revocation.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs/auth/token (read 2026-11-23).
 *
 * @param caller the token of the request, which holds
 */
export function tokenEndpoint(
  action: string,
  caller: VaultToken,
  body: Readonly<Record<string, unknown>>,
  tokens: VaultTokens,
  rules: { readonly clock: Pick<Clock, 'now'>; readonly lifetimeMs: number },
): VendorAnswer {
  const { clock, lifetimeMs } = rules;
  const meant = action.endsWith('-self') ? caller : tokens.find(String(body['token']));
  switch (action) {
    case 'lookup-self':
    case 'lookup':
      return meant === undefined ? failure(403, 'bad token') : success({ data: shownToken(meant, clock.now()) });
    case 'renew-self':
    case 'renew': {
      if (meant === undefined) return failure(403, 'bad token');
      if (!meant.renewable) return failure(400, 'lease is not renewable');
      const renewed = tokens.renew(meant, durationMs(body['increment']) ?? lifetimeMs);
      return success({ auth: authOf(renewed, clock.now()) });
    }
    case 'create': {
      const wanted = durationMs(body['ttl']);
      const { namespace } = caller;
      const made = tokens.issue({ namespace, lifetimeMs: wanted, renewable: body['renewable'] !== false });
      return success({ auth: authOf(made, clock.now()) });
    }
    case 'revoke-self':
    case 'revoke':
      if (meant !== undefined) tokens.revoke(meant.id);
      return done;
    default:
      return failure(404, 'unsupported path');
  }
}

function shownToken(token: VaultToken, nowMs: number): object {
  const isEndless = token.expiresAtMs === Infinity;
  return {
    accessor: `accessor-${token.createdAtMs}`,
    creation_time: Math.floor(token.createdAtMs / 1_000),
    creation_ttl: isEndless ? 0 : Math.floor((token.expiresAtMs - token.createdAtMs) / 1_000),
    display_name: 'token',
    expire_time: isEndless ? null : new Date(token.expiresAtMs).toISOString(),
    explicit_max_ttl: 0,
    id: token.id,
    meta: null,
    num_uses: 0,
    orphan: true,
    path: token.path,
    policies: ['default'],
    renewable: token.renewable,
    ttl: leaseS(token, nowMs),
    type: 'service',
  };
}

/** `60`, `"60"`, `"60s"`, `"5m"`, `"1h"` in milliseconds. */
function durationMs(duration: unknown): number | undefined {
  const [, amount, unit = 's'] = /^(\d{1,9})([smh])?$/.exec(String(duration)) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']; // the pattern has no other
}
