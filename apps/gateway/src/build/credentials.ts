import {
  cachedResolver,
  EnvResolver,
  invalidOptions,
  readCredential,
  systemClock,
  type Credential,
  type Environment,
  type SecretResolver,
} from '@tako/core';
import { AwsSecretsManagerResolver } from '@tako/secrets-aws';
import { AzureKeyVaultResolver, managedIdentity, workloadIdentity } from '@tako/secrets-azure-keyvault';
import { GcpSecretManagerResolver, metadataServer } from '@tako/secrets-gcp';
import { appRole, kubernetes, VaultResolver, type VaultLogin } from '@tako/secrets-vault';

import type { GatewayConfig } from '../config/gateway-config.js';
import { readReference, type StoreName } from '../config/secret-reference.js';

type SecretsConfig = NonNullable<GatewayConfig['secrets']>;

/** Makes credentials of the texts in a config. */
export interface Credentials {
  /** A credential that is read when used: a rotated secret arrives after `secrets.ttlMs`. */
  of(text: string): Credential;
  /** The value now. @throws TakoError naming `what`, never with the value */
  read(text: string, what: string): Promise<string>;
  /** The value now, with whatever line ends it has: a PEM. @throws TakoError naming `what`, never with the value */
  text(text: string, what: string): Promise<string>;
  /** The store of `secrets.vault`, as it is, without a cache. */
  vault(): SecretResolver;
}

/** Credentials of the environment and of the stores of a config. Nothing is asked before one is used. */
export function credentials(config: SecretsConfig = {}, environment: Environment): Credentials {
  const { ttlMs = 300_000 } = config;
  const known = new Map<StoreName, SecretResolver>();
  const resolverOf = (store: StoreName): SecretResolver => {
    const resolver =
      known.get(store) ?? cachedResolver(makeResolver(store, config), { clock: systemClock(globalThis), ttlMs });
    known.set(store, resolver);
    return resolver;
  };
  const of = (text: string): Credential => {
    const reference = readReference(text);
    if (reference !== undefined) return resolverOf(reference.store).secret(reference.key);
    return text.startsWith('$ENV:') ? () => readCredential(text, 'a credential', environment) : text;
  };
  const env = new EnvResolver({ environment });
  return {
    of,
    read: (text, what) => readCredential(text.startsWith('$ENV:') ? text : of(text), what, environment),
    async text(text, what) {
      const reference = readReference(text);
      const given = reference === undefined ? undefined : await resolverOf(reference.store).resolve(reference.key);
      if (given !== undefined) return given.expose();
      if (!text.startsWith('$ENV:')) return text;
      try {
        return (await env.resolve(text.slice('$ENV:'.length))).expose();
      } catch {
        throw invalidOptions(what, `the environment variable ${text.slice('$ENV:'.length)} is not set`);
      }
    },
    vault: () => makeResolver('vault', config),
  };
}

function makeResolver(store: StoreName, { vault, aws, gcp, azure }: SecretsConfig): SecretResolver {
  switch (store) {
    case 'vault':
      if (vault !== undefined) return new VaultResolver({ ...vault, token: vaultLogin(vault) });
      break;
    case 'aws':
      if (aws !== undefined) return new AwsSecretsManagerResolver(aws);
      break;
    case 'gcp':
      if (gcp !== undefined) return new GcpSecretManagerResolver({ ...gcp, token: metadataServer() });
      break;
    case 'azure':
      if (azure !== undefined) {
        const { vaultUrl, identity = 'managed', clientId } = azure;
        const token = (identity === 'managed' ? managedIdentity : workloadIdentity)({ clientId });
        return new AzureKeyVaultResolver({ vaultUrl, token });
      }
      break;
    default:
      store satisfies never;
  }
  throw new Error(`secrets.${store} is not set`); // the config was checked for that
}

function vaultLogin(vault: NonNullable<SecretsConfig['vault']>): string | VaultLogin | undefined {
  if (vault.kubernetesRole !== undefined) return kubernetes({ role: vault.kubernetesRole });
  return vault.appRole === undefined ? vault.token : appRole(vault.appRole);
}
