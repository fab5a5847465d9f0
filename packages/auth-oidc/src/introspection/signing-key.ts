import { invalidOptions, isSecret, TakoError } from '@tako/core';
import { importPKCS8, type CryptoKey } from 'jose';

import type { ClientKey } from './introspection-options.js';

/** A private key that is read when used: it may be rotated. */
export interface SigningKey {
  /** What its algorithm may be called. Ed25519 has two names: RFC 8037, section 3.1, and RFC 9864, section 2.2. */
  readonly names: readonly [string, ...string[]];
  /** @throws `transport` when it cannot be read now, or is bad; never with the key */
  read(): Promise<{ readonly key: CryptoKey; readonly kid?: string }>;
}

/**
 * Reads a private key for the first time.
 *
 * @param taken the algorithms that the identity provider takes, if it says so: of two names for one, the one it knows is used
 * @throws `invalid` when it cannot be read, belongs to another algorithm, or is too short; never with the key
 */
export async function signingKey(
  { pem, algorithm, keyId }: ClientKey,
  taken: readonly string[] | undefined,
  source: string,
): Promise<SigningKey> {
  if (!['RS256', 'ES256', 'Ed25519'].includes(algorithm)) {
    throw invalidOptions(source, 'introspection.privateKey must be for RS256, ES256 or Ed25519');
  }
  const readText = async (): Promise<string> => {
    const given: unknown = typeof pem === 'function' ? await pem() : pem;
    const text: unknown = isSecret(given) ? given.expose() : given;
    return typeof text === 'string' ? text : '';
  };
  // The same text gives the same key.
  let known: { readonly text: string; readonly key: CryptoKey } | undefined;
  const readKey = async (): Promise<CryptoKey> => {
    const text = await readText();
    if (known?.text !== text) known = { text, key: await imported(text, algorithm) };
    return known.key;
  };
  try {
    await readKey();
  } catch {
    // What was thrown may quote the key.
    throw invalidOptions(
      source,
      `introspection.privateKey is no key for ${algorithm}, as PKCS #8 in PEM form, RSA with 2048 bits or more`,
    );
  }
  return {
    names: namesOf(algorithm, taken),
    async read() {
      try {
        return { key: await readKey(), ...(keyId === undefined ? {} : { kid: keyId }) };
      } catch {
        throw new TakoError('transport', `${source}: introspection.privateKey cannot be read`, { source }); // as above
      }
    },
  };
}

/** @throws what nobody may see */
async function imported(pem: string, algorithm: string): Promise<CryptoKey> {
  const key = await importPKCS8(pem, algorithm);
  const { modulusLength } = key.algorithm as { readonly modulusLength?: number }; // RSA keys have one
  if (modulusLength !== undefined && modulusLength < 2_048) throw new Error('too short');
  return key;
}

/** EdDSA is the older name, which more servers know. */
function namesOf(algorithm: ClientKey['algorithm'], taken: readonly string[] | undefined): SigningKey['names'] {
  if (algorithm !== 'Ed25519') return [algorithm];
  return taken?.includes('Ed25519') === true ? ['Ed25519', 'EdDSA'] : ['EdDSA', 'Ed25519'];
}
