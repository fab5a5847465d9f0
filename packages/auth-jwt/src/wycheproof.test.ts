import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isTakoError, systemClock } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { isSymmetric } from './json-web-key.js';
import { isAlgorithm, type JwtAlgorithm } from './jwt-algorithm.js';
import { keySet } from './key-set.js';
import { openToken } from './token-text.js';
import { verifySignature } from './verify-signature.js';

type Json = Readonly<Record<string, unknown>>;

/** A key, or a key set; where there are no public ones, they are secrets. */
interface Group {
  readonly comment: string;
  readonly public?: Json | undefined;
  readonly private: Json;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly jws: string | Json;
    readonly result: 'valid' | 'invalid';
  }[];
}

const folder = process.env['TAKO_JOSE_VECTORS'] ?? join(import.meta.dirname, '../../../../shared/fixtures/jose');
const context = { clock: systemClock(globalThis), signal: undefined };

/** Where we do otherwise than is expected; the README of this package says why. */
const differences = {
  json_web_signature_test: new Map([
    [346, 'rfc7520: Figure20: invalid'],
    [347, 'rfc7520: Figure27: invalid'],
    [350, 'rfc7520WithKeyOps: Figure20: invalid'],
    [351, 'rfc7520WithKeyOps: Figure27: invalid'],
    [367, 'base64: invalidBase64Padding: valid'],
    [370, 'base64: invalidBase64PaddingInPayload: valid'],
    [372, 'base64: InvalidCharacterInsertedInHeader: invalid'],
    [373, 'base64: InvalidCharacterInsertedInPayload: invalid'],
  ]),
  json_web_key_test: new Map([[7, 'jws_rsa_roca_key: rejectsKeyWithRocaVulnerability: valid']]),
};

describe.each(['json_web_signature_test', 'json_web_key_test'] as const)('wycheproof: %s', (name) => {
  const file = join(folder, `${name}.json`);
  const groups = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: Group[] }).testGroups : [];

  test.skipIf(groups.length === 0)(
    'each vector has its result, but for the differences of the README (TAKO_JOSE_VECTORS names the folder)',
    async () => {
      const others = new Map<number, string>();
      let count = 0;
      for (const group of groups) {
        for (const { tcId, comment, jws, result } of group.tests) {
          count++;
          const got = await outcome(group, jws);
          if (got !== result) others.set(tcId, `${group.comment}: ${comment}: ${got}`);
        }
      }
      expect(others).toEqual(differences[name]);
      expect(count).toBe(name === 'json_web_key_test' ? 26 : 401);
    },
  );
});

async function outcome(group: Group, jws: string | Json): Promise<'valid' | 'invalid'> {
  const key = group.public ?? group.private;
  const algorithms = algorithmsOf(key, jws);
  const keys = keySet({
    algorithms,
    load: async () => ('keys' in key ? key : { keys: [key] }),
    timeoutMs: 1_000,
    maxAgeMs: 1_000,
    maxStaleMs: 1_000,
    coolDownMs: 1_000,
  });
  try {
    const token = typeof jws === 'string' ? jws : JSON.stringify(jws);
    await verifySignature(token, openToken(token).header, { keys, typ: undefined }, context);
    return 'valid';
  } catch (error) {
    if (!isTakoError(error, 'auth', 'transport')) throw error;
    return 'invalid';
  }
}

/** What its user would ask for: the algorithm of the key; where it names none, that of the token, if it is of the key's kind. */
function algorithmsOf(key: Json, jws: string | Json): readonly JwtAlgorithm[] {
  const [first] = Array.isArray(key['keys']) ? (key['keys'] as Json[]) : [key];
  const alg = first?.['alg'];
  if (isAlgorithm(alg)) return [alg];
  const header = typeof jws === 'string' ? (jws.split('.')[0] ?? '') : '';
  const named = (JSON.parse(Buffer.from(header, 'base64url').toString()) as Json)['alg'];
  return isAlgorithm(named) && isSymmetric([named]) === (first?.['kty'] === 'oct') ? [named] : ['RS256'];
}
