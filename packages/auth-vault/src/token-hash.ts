import { createHmac } from 'node:crypto';

import { invalidOptions, isSecret, readCredential, TakoError, type Credential, type Environment } from '@tako/core';

import { source } from './source.js';

/** As long as the hash: RFC 2104, section 3. */
const minKeyBytes = 32;

/** Hashes tokens: HMAC (RFC 2104) with SHA-256, in hexadecimal. */
export type TokenHash = (token: string) => Promise<string>;

/**
 * Hashes by a key that is read at each use.
 *
 * @throws `invalid` for a key that is missing or shorter than 32 bytes. The function: `transport` where that shows only when the
 *   key is read: then nobody's token can be looked up.
 */
export function tokenHash(hashKey: Credential | undefined, environment: Environment): TokenHash {
  const given: unknown = isSecret(hashKey) ? hashKey.expose() : hashKey;
  const isLater = typeof given === 'function' || (typeof given === 'string' && given.startsWith('$ENV:'));
  if (!isLater && (typeof given !== 'string' || Buffer.byteLength(given.trim()) < minKeyBytes)) {
    throw invalidOptions(source, `hashKey needs ${minKeyBytes} bytes or more`);
  }
  return async (token) =>
    createHmac('sha256', await readKey(hashKey, environment))
      .update(token)
      .digest('hex');
}

async function readKey(hashKey: Credential | undefined, environment: Environment): Promise<string> {
  let key: string;
  try {
    key = await readCredential(hashKey, `${source}: hashKey`, environment);
  } catch {
    throw new TakoError('transport', `${source}: hashKey cannot be read`, { source }); // the cause could quote it
  }
  if (Buffer.byteLength(key) >= minKeyBytes) return key;
  throw new TakoError('transport', `${source}: hashKey is shorter than ${minKeyBytes} bytes`, { source });
}
