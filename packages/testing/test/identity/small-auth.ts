import { createHmac, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';

import { TakoError, type Authenticator, type Credentials, type Principal } from '@tako/core';
import { withDeadline } from '@tako/core/provider';

import type { FakeClock } from '../../src/fake-clock.js';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** One check of `smallAuth`, which a faulty one leaves out. */
export type Check =
  | 'length'
  | 'spelling'
  | 'alg'
  | 'crit'
  | 'kid'
  | 'signature'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'iss'
  | 'aud'
  | 'scheme'
  | 'use'
  | 'cool_down'
  | 'single_flight'
  | 'stale'
  | 'again'
  | 'calm'
  | 'limit'
  | 'deadline';

/** What is wrong with a small authenticator. */
export interface AuthFaults {
  readonly without?: readonly Check[] | undefined;
  /** Where a header says which key, and what to do with it. */
  readonly key?: ((header: Json, known: () => Promise<KeyObject>) => Promise<KeyObject>) | undefined;
  /** What the signature is checked by. */
  readonly algorithm?: ((header: Json) => string) | undefined;
  readonly claims?: ((payload: string) => unknown) | undefined;
  readonly token?: ((token: string) => string) | undefined;
  readonly redirect?: 'follow' | undefined;
  readonly outageCode?: 'auth' | 'permission' | undefined;
  /** Around the whole. */
  readonly wrap?: ((right: Authenticator) => Authenticator) | undefined;
}

const coolDownMs = 30_000;
const timeoutMs = 5_000;
const leewayMs = 30_000;
const issuer = 'https://id.example';
const audience = 'agents';

/** Tokens of ES256 whose keys stand in a key set: as little as does what the suite asks for, so that each part can be left out. */
export function smallAuth(url: string, clock: FakeClock, faults: AuthFaults = {}): Authenticator {
  const checks = (check: Check): boolean => faults.without?.includes(check) !== true;
  let keys: readonly JsonWebKey[] = [];
  let failure: TakoError | undefined;
  let triedAtMs = -Infinity;
  let loading: Promise<void> | undefined;

  async function load(signal: AbortSignal): Promise<void> {
    const response = await fetch(url, { signal, redirect: faults.redirect ?? 'manual' });
    let json = '';
    for await (const chunk of response.body ?? []) {
      json += Buffer.from(chunk as Uint8Array).toString(); // bodies are bytes
      if (checks('limit') && json.length > 1_000_000) throw new Error('too long');
    }
    const found = (JSON.parse(json) as { keys?: unknown }).keys;
    if (!Array.isArray(found)) throw new Error('no keys');
    keys = found as JsonWebKey[];
    failure = undefined;
  }

  async function tryToLoad(): Promise<void> {
    triedAtMs = clock.now();
    const patience = checks('deadline') ? timeoutMs : 1e12;
    await withDeadline({ source: 'small', timeoutMs: patience, clock }, load).catch(() => {
      failure = new TakoError(faults.outageCode ?? 'transport', 'the keys cannot be had');
      if (!checks('stale')) keys = [];
    });
  }

  async function loadOnce(): Promise<void> {
    if (!checks('again') && keys.length > 0) return undefined;
    if (checks('cool_down') && loading === undefined && clock.now() - triedAtMs < coolDownMs) return;
    if (!checks('single_flight')) return tryToLoad();
    loading ??= tryToLoad().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function keyOf(header: Json): Promise<KeyObject> {
    const find = (): JsonWebKey | undefined =>
      keys.find(
        (jwk) =>
          (!checks('kid') || jwk['kid'] === header['kid']) &&
          jwk.kty === 'EC' &&
          (!checks('use') || (jwk['use'] === 'sig' && jwk['alg'] === 'ES256' && !Array.isArray(jwk['key_ops']))),
      );
    let found = find();
    if (found === undefined) {
      await loadOnce();
      if (failure !== undefined) throw new TakoError(failure.code, failure.message);
      found = find();
    }
    if (found === undefined) throw refused();
    return createPublicKey({ key: found, format: 'jwk' });
  }

  async function identify({ token: given, scheme }: Credentials): Promise<Principal> {
    if (checks('scheme') && scheme !== 'bearer') throw refused();
    if (typeof given !== 'string') throw refused();
    const token = faults.token?.(given) ?? given;
    if (checks('length') && token.length > 8_192) throw refused();
    const [head = '', payload = '', signature = ''] = token.split('.');
    if (checks('spelling')) {
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw refused();
      for (const part of token.split('.')) {
        if (Buffer.from(part, 'base64url').toString('base64url') !== part) throw refused();
      }
    }
    const header = objectOf(text(head));
    if (checks('crit') && 'crit' in header) throw refused();
    const algorithm = faults.algorithm?.(header) ?? 'ES256';
    if (checks('alg') && header['alg'] !== algorithm) throw refused();
    const key = await (faults.key?.(header, () => keyOf(header)) ?? keyOf(header));
    const bytes = Buffer.from(`${head}.${payload}`);
    const signed = Buffer.from(signature, 'base64url');
    if (checks('signature') && algorithm !== 'none' && !isSigned(key, bytes, signed)) {
      if (!checks('calm')) await tryToLoad();
      throw refused();
    }
    const claims = (faults.claims ?? objectOf)(text(payload)) as Json; // the claims that a fault makes are its own
    checkClaims(claims, clock.now(), checks);
    return { tenantId: 'acme', userId: claims['sub'] === undefined ? 'nobody' : 'ada', roles: ['reader'] };
  }

  const right: Authenticator = {
    authenticate: async (credentials, { signal } = {}) =>
      withDeadline({ source: 'small', timeoutMs: 1e12, clock, signal }, () =>
        identify(credentials).catch((error: unknown) => {
          throw error instanceof TakoError ? error : refused();
        }),
      ),
  };
  return faults.wrap?.(right) ?? right;
}

/** The claims that it takes. */
export function goodClaims(nowMs: number): Json {
  const now = Math.floor(nowMs / 1_000);
  return { iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 300 };
}

function checkClaims(claims: Json, nowMs: number, checks: (check: Check) => boolean): void {
  const { exp, nbf = 0, iat = 0, iss, aud } = claims;
  if (checks('exp') && !(typeof exp === 'number' && exp * 1_000 > nowMs - leewayMs && exp < 1e12)) throw refused();
  if (checks('nbf') && !(typeof nbf === 'number' && nbf * 1_000 <= nowMs + leewayMs)) throw refused();
  if (checks('iat') && !(typeof iat === 'number' && iat * 1_000 <= nowMs + leewayMs)) throw refused();
  if (checks('iss') && iss !== issuer) throw refused();
  if (
    checks('aud') &&
    !(Array.isArray(aud) ? aud.every((each) => typeof each === 'string') && aud.includes(audience) : aud === audience)
  )
    throw refused();
}

function isSigned(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  if (key.type === 'secret') return createHmac('sha256', key).update(bytes).digest().equals(signature);
  return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The claims, or the header: a JSON object in UTF-8. */
function objectOf(json: string): Json {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused();
  return value as Json; // as just seen
}

function text(part: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
}

function refused(): TakoError {
  return new TakoError('auth', 'the token is not good');
}
