import { invalidOptions } from '../../error/make-error.js';
import { TakoError } from '../../error/tako-error.js';
import type { Principal } from '../../provider/principal.js';

/**
 * Where a claim stands: its exact name, or the names on the way to a nested one. A dot in a name is no path:
 * `https://acme.example/tenant` is one claim, `['realm_access', 'roles']` is nested.
 */
export type ClaimPath = string | readonly string[];

/** Which claims make up the principal. */
export interface PrincipalClaims {
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
 * Makes principals of claims, for authenticators. What it gives is frozen.
 *
 * @param source - who asks, for errors.
 * @throws `invalid` for a path or default that is empty or of another type. The function: `auth` when tenant or user is missing,
 *   empty or no text, or the roles are neither a list of texts nor a text; never with a claim's value.
 */
export function principalFromClaims(claims: PrincipalClaims, source: string): (token: TokenClaims) => Principal {
  const { defaultTenantId, defaultRoles = [] } = claims;
  if (defaultTenantId === '') throw invalidOptions(source, 'claims.defaultTenantId is empty');
  if (!isTexts(defaultRoles)) throw invalidOptions(source, 'claims.defaultRoles must be a list of texts');
  const rolesByDefault = [...defaultRoles];
  const tenant = readPath(claims.tenant ?? 'tenant_id', source, 'tenant');
  const user = readPath(claims.user ?? 'sub', source, 'user');
  const roles = readPath(claims.roles ?? 'roles', source, 'roles');
  const isScope = scopes.includes(roles.at(-1));
  return (token) => {
    const found = valueAt(token, tenant);
    const granted = valueAt(token, roles);
    // Frozen: an answer that is remembered is given to many.
    return Object.freeze({
      tenantId: readText(found === undefined ? defaultTenantId : found, source, 'tenant'),
      userId: readText(valueAt(token, user), source, 'user'),
      roles: Object.freeze([...(granted === undefined ? rolesByDefault : readRoles(granted, source, isScope))]),
    });
  };
}

function readPath(path: ClaimPath, source: string, option: string): readonly string[] {
  const names: readonly unknown[] = typeof path === 'string' ? [path] : Array.isArray(path) ? [...path] : [];
  if (names.length > 0 && isTexts(names) && !names.includes('')) return names;
  throw invalidOptions(source, `claims.${option} must be the name of a claim, or a list of such names`);
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

function readText(value: unknown, source: string, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refused(source, `the token has no text in the claim of the ${what}`);
}

function readRoles(value: unknown, source: string, isScope: boolean): readonly string[] {
  if (typeof value === 'string') return isScope ? value.split(' ').filter((role) => role !== '') : [value];
  if (isTexts(value)) return value;
  throw refused(source, 'the claim of the roles is neither a list of texts nor a text');
}

function refused(source: string, why: string): TakoError {
  return new TakoError('auth', `${source}: ${why}`, { source });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
