import { cancelled, providerError } from '../error/make-error.js';
import type { Environment } from './credential.js';
import { shownKey, splitSecretKey } from './secret-key.js';
import type { ResolveOptions, SecretResolver } from './secret-resolver.js';
import { Secret } from './secret.js';

/** Options of `EnvResolver`. */
export interface EnvResolverOptions {
  /** Where variables are looked up, whenever one is asked for: `process.env`. */
  readonly environment: Environment;
  /** Put in front of each key: with `APP_` the key `DB` is the variable `APP_DB`. @defaultValue none */
  readonly prefix?: string | undefined;
}

/**
 * Secrets in environment variables: the key is the variable's name, its value is given as it is. One that is empty counts as not
 * set, since many shells and deployment tools cannot tell the two apart.
 */
export class EnvResolver implements SecretResolver {
  readonly #environment: Environment;
  readonly #prefix: string;

  constructor(options: EnvResolverOptions) {
    const { environment, prefix = '' } = options;
    this.#environment = environment;
    this.#prefix = prefix;
  }

  /** @throws `not_found` when the variable is not set or empty; `invalid` for a key that cannot be one. */
  // oxlint-disable-next-line require-await -- what it throws is a rejection, as with every resolver
  async resolve(key: string, options: ResolveOptions = {}): Promise<Secret> {
    const { signal } = options;
    if (signal?.aborted === true) throw cancelled(signal.reason);
    splitSecretKey(key, 'env');
    const name = this.#prefix + key;
    const value = Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
    if (value === undefined || value === '') {
      throw providerError('not_found', `env: the environment variable ${shownKey(name)} is not set`, { source: 'env' });
    }
    return new Secret(value);
  }

  secret(key: string): () => Promise<Secret> {
    return () => this.resolve(key);
  }
}
