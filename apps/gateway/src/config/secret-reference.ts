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

/** A credential of a config, and where it stands. */
export interface FoundSecret {
  readonly at: readonly PropertyKey[];
  /** The name of an environment variable: that of `$ENV:NAME`. */
  readonly variable?: string | undefined;
  readonly store?: StoreName | undefined;
  /** The whole reference. */
  readonly reference?: string | undefined;
  /** Whether it looks like a variable, written as elsewhere: `$NAME`, `${NAME}`. */
  readonly isMisspelt?: boolean | undefined;
}

/** Every credential of a config. One that names neither a variable nor a store is the secret itself. */
export function findSecrets(config: GatewayConfig): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  const visit = (value: unknown, at: readonly PropertyKey[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...at, key]);
      return;
    }
    if (typeof value !== 'string' || !isCredential(at)) return;
    const reference = readReference(value);
    if (reference !== undefined) found.push({ at, store: reference.store, reference: value });
    else if (value.startsWith('$ENV:')) found.push({ at, variable: value.slice('$ENV:'.length) });
    else found.push({ at, isMisspelt: /^(\$\{?|env:|process\.env\.)[A-Z_]\w*\}?$/i.test(value) });
  };
  visit(config, []);
  return found;
}

function isCredential(at: readonly PropertyKey[]): boolean {
  const [key = '', parent = ''] = at.toReversed();
  return credentialKeys.has(key) || credentialMaps.has(parent) || (key === 'url' && parent === 'redis');
}
