import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';

import { TakoError } from '@tako/core';

import { keyShapes, type JwtAlgorithm } from './jwt-algorithm.js';
import type { KeyQuery } from './jwt-keys.js';
import { source } from './source.js';
import { isObject, own, type TokenObject } from './token-text.js';
import { fits } from './verification-key.js';

/** A key of a set, for some of the algorithms that were asked for. */
export interface SetKey {
  readonly keyId: string | undefined;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly key: KeyObject;
}

/** No set has more: the rest would only take time. */
const maxKeys = 500;

/**
 * Reads a JSON Web Key Set: RFC 7517, section 5. Keys that are not for these algorithms are left out, and so are those that are not
 * for signatures (`use`, `key_ops`), too short, not on their curve, or private: what is published is secret no more.
 *
 * @throws `malformed_response` for what is no key set, has more than 500 keys, or has secrets beside other keys
 */
export function readKeySet(value: unknown, algorithms: readonly JwtAlgorithm[]): readonly SetKey[] {
  const list = isObject(value) ? own(value, 'keys') : undefined;
  if (!Array.isArray(list)) throw malformed('the key set has no list of keys');
  if (list.length > maxKeys) throw malformed(`the key set has more than ${maxKeys} keys`);
  const keys = list.filter(isObject);
  const isSecret = (key: TokenObject): boolean => own(key, 'kty') === 'oct';
  if (isSymmetric(algorithms) && !keys.every(isSecret)) throw malformed('the key set has secrets beside other keys');
  return keys.map((jwk) => readKey(jwk, algorithms)).filter((key) => key !== undefined);
}

/** The keys that a token may mean; without a `kid`, all that are for its algorithm. */
export function keysFor(keys: readonly SetKey[], { algorithm, keyId }: KeyQuery): readonly SetKey[] {
  return keys.filter((key) => (keyId === undefined || key.keyId === keyId) && key.algorithms.includes(algorithm));
}

/** Whether these algorithms take secrets; they never stand beside others. */
export function isSymmetric(algorithms: readonly JwtAlgorithm[]): boolean {
  return algorithms.some((algorithm) => keyShapes[algorithm].type === 'oct');
}

function readKey(jwk: TokenObject, wanted: readonly JwtAlgorithm[]): SetKey | undefined {
  const [keyId, alg, use, operations] = ['kid', 'alg', 'use', 'key_ops'].map((name) => own(jwk, name));
  if (keyId !== undefined && typeof keyId !== 'string') return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  const key = Object.hasOwn(jwk, 'd') ? undefined : importKey(jwk);
  if (key === undefined) return undefined;
  const algorithms = wanted.filter((name) => isNamed(alg, name) && fits(key, name));
  return algorithms.length === 0 ? undefined : { keyId, algorithms, key };
}

/** A key that names no algorithm is for all that fit it. `EdDSA` and `Ed25519` are one. */
function isNamed(alg: unknown, name: JwtAlgorithm): boolean {
  if (alg === undefined || alg === name) return true;
  return (alg === 'EdDSA' || alg === 'Ed25519') && keyShapes[name].type === 'ed25519';
}

function importKey(jwk: TokenObject): KeyObject | undefined {
  try {
    const secret = own(jwk, 'k');
    if (own(jwk, 'kty') !== 'oct') return createPublicKey({ key: jwk, format: 'jwk' });
    return typeof secret === 'string' && secret !== '' ? createSecretKey(secret, 'base64url') : undefined;
  } catch {
    return undefined; // of a kind that the platform does not know, or not on its curve: others may be in order
  }
}

function malformed(why: string): TakoError {
  return new TakoError('malformed_response', `${source}: ${why}`, { source });
}
