import { TakoError, type Principal } from '@tako/core';

import { source } from './source.js';

/** What Vault holds about a token. */
export interface TokenRecord {
  readonly principal: Principal;
  /** Milliseconds since 1970-01-01 UTC; `Infinity` for a token without an end. */
  readonly expiresAtMs: number;
}

/** `2027-01-31T12:00:00Z`, or with an offset: RFC 3339, section 5.6. */
const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads `{ tenant_id, user_id, roles?, expires_at? }`. Roles are a list of texts, or one text, which is one role, as in the
 * claims of a token; `expires_at` is a date and time of RFC 3339.
 *
 * @throws `transport` for anything else: who is meant cannot be told. Never with what the record says.
 */
export function readRecord(json: string): TokenRecord {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw unusable('is no JSON'); // the cause would quote it
  }
  const [tenantId, userId, roles, expiresAt] = ['tenant_id', 'user_id', 'roles', 'expires_at'].map((name) =>
    fieldOf(value, name),
  );
  if (typeof tenantId !== 'string' || tenantId === '') throw unusable('has no tenant_id');
  if (typeof userId !== 'string' || userId === '') throw unusable('has no user_id');
  const principal = { tenantId, userId, roles: Object.freeze(readRoles(roles)) };
  return { principal: Object.freeze(principal), expiresAtMs: readTime(expiresAt) };
}

/** A field of a JSON object; never what every object inherits. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name]; // an object that has it, as just seen
}

function readRoles(roles: unknown): string[] {
  if (roles === undefined) return [];
  const list: unknown = typeof roles === 'string' ? [roles] : roles;
  if (Array.isArray(list) && list.every((role): role is string => typeof role === 'string')) return [...list];
  throw unusable('has roles that are no list of texts');
}

/** A token whose end cannot be read has none that anybody may believe. */
function readTime(expiresAt: unknown): number {
  if (expiresAt === undefined) return Infinity;
  const ms = typeof expiresAt === 'string' && dateTime.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(ms)) throw unusable('has an expires_at that is no date and time of RFC 3339');
  return ms;
}

function unusable(why: string): TakoError {
  return new TakoError('transport', `${source}: the record of the token ${why}`, { source });
}
