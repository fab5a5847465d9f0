import { invalidOptions, systemClock, type Clock, type Environment, type Principal } from '@tako/core';
import { platformEnvironment, principalFromClaims, secureUrl, type TokenClaims } from '@tako/core/provider';

import type { DpopRules } from './dpop-proof.js';
import type { IntrospectionOptions } from './introspection/introspection-options.js';
import type { OidcAuthOptions } from './oidc-auth-options.js';
import { ReplayGuard } from './replay-guard.js';

/** Options with their defaults, looked at. */
export interface Settings {
  readonly issuer: string;
  readonly issuerUrl: URL;
  readonly audience: readonly string[];
  readonly mode: 'jwt' | 'opaque' | 'both';
  readonly principalOf: (claims: TokenClaims) => Principal;
  readonly typ: string | undefined;
  readonly leewayMs: number;
  readonly timeoutMs: number;
  readonly keysMaxAgeMs: number;
  readonly keysMaxStaleMs: number;
  readonly keysCoolDownMs: number;
  readonly dpop: DpopRules | undefined;
  readonly clock: Clock;
  readonly environment: Environment | undefined;
}

/** @throws `invalid` for options that cannot work */
export function readOptions(options: OidcAuthOptions, source: string): Settings {
  const { issuer, claims = {}, typ, introspection, clock = systemClock(globalThis) } = options;
  const { leewayMs = 30_000, timeoutMs = 10_000, environment = platformEnvironment(globalThis) } = options;
  const { keysMaxAgeMs = 3_600_000, keysMaxStaleMs = 86_400_000, keysCoolDownMs = 30_000 } = options;
  const times = { leewayMs, timeoutMs, keysMaxAgeMs, keysMaxStaleMs, keysCoolDownMs };
  checkNumbers(times, source);
  return {
    issuer,
    issuerUrl: httpsUrl(issuer, 'issuer', source),
    audience: readAudience(options.audience, source),
    mode: readMode(options.mode, introspection, source),
    principalOf: principalFromClaims(claims, source),
    typ,
    ...times,
    dpop: readDpop(options, leewayMs, clock, source),
    clock,
    environment,
  };
}

/** @throws `invalid` unless all are numbers, 0 or more */
export function checkNumbers(numbers: { readonly [option: string]: number }, source: string): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value >= 0)) throw invalidOptions(source, `${name} must be a number, 0 or more`);
  }
}

/** @throws `invalid` for an address that is not https, or has a user, a query or a fragment */
export function httpsUrl(text: string, option: string, source: string): URL {
  const url = secureUrl(text, source, option);
  if (url.protocol !== 'https:') throw invalidOptions(source, `${option} must be https`);
  return url;
}

/** A text that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function readAudience(given: unknown, source: string): readonly string[] {
  const audience: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (audience.length > 0 && audience.every((entry) => isName(entry))) return [...audience];
  throw invalidOptions(source, 'audience must be a text, or a list of texts that is not empty');
}

function readMode(
  given: OidcAuthOptions['mode'],
  introspection: IntrospectionOptions | undefined,
  source: string,
): Settings['mode'] {
  const mode = given ?? (introspection === undefined ? 'jwt' : 'opaque');
  if (!['jwt', 'opaque', 'both'].includes(mode)) throw invalidOptions(source, "mode must be 'jwt', 'opaque' or 'both'");
  if (mode !== 'jwt' && introspection === undefined) throw invalidOptions(source, `mode '${mode}' needs introspection`);
  if (mode === 'jwt' && introspection !== undefined) {
    throw invalidOptions(source, "in mode 'jwt' nobody is asked; leave introspection out, or take another mode");
  }
  if (mode !== 'both' && introspection?.askAboutJwt !== undefined) {
    throw invalidOptions(source, "introspection.askAboutJwt is for mode 'both'");
  }
  return mode;
}

function readDpop({ dpop }: OidcAuthOptions, leewayMs: number, clock: Clock, source: string): DpopRules | undefined {
  if (dpop === undefined) return undefined;
  const { baseUrl, maxAgeMs = 60_000, maxProofs = 100_000 } = dpop;
  checkNumbers({ 'dpop.maxAgeMs': maxAgeMs, 'dpop.maxProofs': maxProofs }, source);
  const url = httpsUrl(baseUrl, 'dpop.baseUrl', source);
  const guard = new ReplayGuard({ source, maxEntries: maxProofs, clock });
  return { baseUrl: url.href.replace(/\/+$/, ''), maxAgeMs, leewayMs, guard };
}
