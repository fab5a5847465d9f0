import { invalidOptions, TakoError, type Principal } from '@tako/core';

/**
 * Where a claim stands: its exact name, or the names on the way to a nested one. A dot in a name is no path:
 * `https://acme.example/tenant` is one claim, `['realm_access', 'roles']` is nested.
 */
export type ClaimPath = string | readonly string[];

/** Which claims make up the principal. */
export interface OidcClaims {
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

/** Claims in which one text holds many. */
const scopes: readonly unknown[] = ['scope', 'scp'];

/** The claims of a token that has been checked. */
export type TokenClaims = { readonly [name: string]: unknown };

/**
 * Makes principals of claims.
 *
 * @throws `invalid` for a path that is empty. The function: `auth` when tenant or user is missing or no text, or the roles are
 *   no list of texts; never with a claim's value.
 */
export function toPrincipal(claims: OidcClaims, source: string): (token: TokenClaims) => Principal {
  const { defaultTenantId, defaultRoles = [] } = claims;
  if (defaultTenantId === '') throw invalidOptions(source, 'claims.defaultTenantId is empty');
  if (!Array.isArray(defaultRoles) || !defaultRoles.every((role) => typeof role === 'string')) {
    throw invalidOptions(source, 'claims.defaultRoles must be a list of texts');
  }
  const rolesByDefault = [...defaultRoles];
  const tenant = readPath(claims.tenant ?? 'tenant_id', `${source}: claims.tenant`);
  const user = readPath(claims.user ?? 'sub', `${source}: claims.user`);
  const roles = readPath(claims.roles ?? 'roles', `${source}: claims.roles`);
  const isScope = scopes.includes(roles.at(-1));
  return (token) => {
    const found = valueAt(token, tenant);
    // Frozen: an answer that is remembered is given to many.
    return Object.freeze({
      tenantId: readText(found === undefined ? defaultTenantId : found, 'tenant'),
      userId: readText(valueAt(token, user), 'user'),
      roles: Object.freeze([...(readRoles(valueAt(token, roles), isScope) ?? rolesByDefault)]),
    });
  };
}

function readPath(path: ClaimPath, where: string): readonly string[] {
  const names = typeof path === 'string' ? [path] : [...path];
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw invalidOptions(where, 'must be the name of a claim, or a list of such names');
  }
  return names;
}

/** Own fields alone: what every object inherits is no claim. */
function valueAt(token: TokenClaims, path: readonly string[]): unknown {
  let at: unknown = token;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, name)) return undefined;
    at = (at as TokenClaims)[name]; // an object that is no list, as just seen
  }
  return at;
}

function readText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TakoError('auth', `the token has no text in the claim of the ${what}`);
}

function readRoles(value: unknown, isScope: boolean): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return isScope ? value.split(' ').filter((role) => role !== '') : [value];
  if (Array.isArray(value) && value.every((role): role is string => typeof role === 'string')) return value;
  throw new TakoError('auth', 'the claim of the roles is neither a list of texts nor a text');
}
