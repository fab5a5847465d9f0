import { invalidOptions, type Principal } from '@tako/core';

import { refused } from './refused.js';
import { source } from './source.js';
import { isObject, own, type TokenObject } from './token-text.js';

/**
 * Where a claim stands: its exact name, or the names on the way to a nested one. A dot in a name is no path:
 * `https://acme.example/tenant` is one claim, `['realm_access', 'roles']` is nested.
 */
export type ClaimPath = string | readonly string[];

/** Which claims make up the principal. */
export interface JwtClaims {
  /** A text. @defaultValue 'tenant_id' */
  readonly tenant?: ClaimPath | undefined;
  /** The tenant of tokens that have no such claim. Without it they are refused. */
  readonly defaultTenantId?: string | undefined;
  /** A text. @defaultValue 'sub' */
  readonly user?: ClaimPath | undefined;
  /**
   * A list of texts, or one text, which is one role; under `scope` or `scp` a text is a list with spaces between (RFC 8693,
   * section 4.2). @defaultValue 'roles'
   */
  readonly roles?: ClaimPath | undefined;
  /** The roles of tokens that have no such claim. @defaultValue none */
  readonly defaultRoles?: readonly string[] | undefined;
}

/** Texts that are lists, with spaces between. */
const scopes: readonly unknown[] = ['scope', 'scp'];

/**
 * Makes principals of claims.
 *
 * @throws `invalid` for a path or default that is empty. The function: `auth` when tenant or user is missing, empty or no text,
 *   or the roles are neither a list of texts nor a text; never with a claim's value.
 */
export function toPrincipal(options: JwtClaims): (claims: TokenObject) => Principal {
  const { defaultTenantId, defaultRoles = [] } = options;
  if (defaultTenantId === '') throw invalidOptions(source, 'claims.defaultTenantId is empty');
  if (!isTexts(defaultRoles)) throw invalidOptions(source, 'claims.defaultRoles must be a list of texts');
  const tenant = readPath(options.tenant ?? 'tenant_id', 'tenant');
  const user = readPath(options.user ?? 'sub', 'user');
  const roles = readPath(options.roles ?? 'roles', 'roles');
  const isScope = scopes.includes(roles.at(-1));
  return (claims) => {
    const found = valueAt(claims, tenant);
    const granted = valueAt(claims, roles);
    return {
      tenantId: readText(found === undefined ? defaultTenantId : found, 'tenant'),
      userId: readText(valueAt(claims, user), 'user'),
      roles: [...(granted === undefined ? defaultRoles : readRoles(granted, isScope))],
    };
  };
}

function readPath(path: ClaimPath, option: string): readonly string[] {
  const names: readonly unknown[] = typeof path === 'string' ? [path] : Array.isArray(path) ? [...path] : [];
  if (names.length > 0 && isTexts(names) && !names.includes('')) return names;
  throw invalidOptions(source, `claims.${option} must be the name of a claim, or a list of such names`);
}

function valueAt(claims: TokenObject, path: readonly string[]): unknown {
  let at: unknown = claims;
  for (const name of path) at = isObject(at) ? own(at, name) : undefined;
  return at;
}

function readText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refused(`the token has no text in the claim of the ${what}`);
}

function readRoles(value: unknown, isScope: boolean): readonly string[] {
  if (typeof value === 'string') return isScope ? value.split(' ').filter((role) => role !== '') : [value];
  if (isTexts(value)) return value;
  throw refused('the claim of the roles is neither a list of texts nor a text');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
