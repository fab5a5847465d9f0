import { invalidOptions, shownKey, splitSecretKey } from '@tako/core/provider';

import { source } from './source.js';

/** A key as Vault's addresses name it. */
export interface VaultKey {
  /** URL-encoded, below `/v1/`. */
  readonly path: string;
  /** The field of the secret; absent for all of it. */
  readonly field: string | undefined;
}

/**
 * Reads `mount/data/path[#field]`, or `mount/path[#field]` for version 1 of the key-value engine. Each segment is URL-encoded; what
 * follows the first `#` is the field, to its end.
 *
 * Sources: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version,
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1#read-secret and, for the period,
 * https://developer.hashicorp.com/vault/api-docs#parameter-restrictions (read 2026-11-23).
 *
 * @throws `invalid`
 */
export function parseVaultKey(key: string, kvVersion: 1 | 2): VaultKey {
  const { name, fragment } = splitSecretKey(key, source);
  const segments = name.split('/');
  const data = segments.indexOf('data', 1);
  const isPath = kvVersion === 1 ? segments.length > 1 : data > 0 && data < segments.length - 1;
  if (!isPath || segments.includes('') || name.endsWith('.')) {
    const form = kvVersion === 1 ? 'mount/path' : 'mount/data/path';
    throw invalidOptions(source, `the key ${shownKey(key)} is not ${form}, with #field or without`);
  }
  return { path: segments.map(encodeURIComponent).join('/'), field: fragment };
}
