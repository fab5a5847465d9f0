import { invalidOptions, shownKey, splitSecretKey } from '@tako/core/provider';

/** A key as Key Vault's addresses name it. */
export interface AzureKey {
  readonly name: string;
  /** 32 hexadecimal digits; the latest version where it is absent. */
  readonly version: string | undefined;
}

/**
 * Reads `name` or `name#version`.
 *
 * Source: https://learn.microsoft.com/en-us/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers (read
 * 2026-11-23): names are 1 to 127 of `0-9a-zA-Z-`, versions 32 characters.
 *
 * @throws `invalid` for anything else.
 */
export function parseAzureKey(key: string): AzureKey {
  const source = 'AzureKeyVaultResolver';
  const { name, fragment: version } = splitSecretKey(key, source);
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
    throw invalidOptions(source, `the key ${shownKey(key)} must be a name of 1 to 127 letters, digits and hyphens`);
  }
  if (version !== undefined && !/^[0-9a-fA-F]{32}$/.test(version)) {
    throw invalidOptions(source, `the key ${shownKey(key)} must have 32 hexadecimal digits as its version`);
  }
  return { name, version };
}
