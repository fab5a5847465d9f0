import type { GatewayConfig } from './gateway-config.js';

/** The stores that a credential can refer to: `vault:secret/data/llm#openai`. */
const stores = ['vault', 'aws', 'gcp', 'azure'] as const;
export type StoreName = (typeof stores)[number];

/** A reference into a store. */
export interface SecretReference {
  readonly store: StoreName;
  readonly key: string;
}

/** Reads `vault:secret/data/llm#openai`; `undefined` for a text that is no reference. */
export function readReference(text: string): SecretReference | undefined {
  const store = stores.find((name) => text.startsWith(`${name}:`));
  return store === undefined ? undefined : { store, key: text.slice(store.length + 1) };
}

const credentialKeys: ReadonlySet<PropertyKey> = new Set([
  'accessToken',
  'apiKey',
  'bearer',
  'clientSecret',
  'hashKey',
  'key',
  'secretId',
  'token',
]);
const credentialMaps: ReadonlySet<PropertyKey> = new Set(['env', 'headers']);

/** A credential that refers to a store, and where it stands. */
export interface FoundReference {
  readonly store: StoreName;
  readonly at: readonly PropertyKey[];
}

/** Every credential of a config that refers to a store. */
export function findReferences(config: GatewayConfig): readonly FoundReference[] {
  const found: FoundReference[] = [];
  const visit = (value: unknown, at: readonly PropertyKey[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...at, key]);
      return;
    }
    const reference = typeof value === 'string' && isCredential(at) ? readReference(value) : undefined;
    if (reference !== undefined) found.push({ store: reference.store, at });
  };
  visit(config, []);
  return found;
}

function isCredential(at: readonly PropertyKey[]): boolean {
  const [key = '', parent = ''] = at.toReversed();
  return credentialKeys.has(key) || credentialMaps.has(parent) || (key === 'url' && parent === 'redis');
}
