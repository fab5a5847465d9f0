import { isSecret, TakoError, type Credential } from '@tako/core';

/** What values are read with. */
export interface ReadValuesOptions {
  /** The name of the session, for errors. */
  readonly source: string;
  /** What the values are for, in errors: `header`, `env`. */
  readonly kind: string;
  /** Where `$ENV:NAME` is looked up. */
  readonly environment: { readonly [name: string]: string | undefined };
}

/**
 * The values of named credentials: secrets and functions are asked for them, `$ENV:NAME` is looked up, and what is
 * `undefined` is left out.
 *
 * @throws `auth` when there is no such variable; never with a value. What a function throws.
 */
export async function readValues(
  credentials: { readonly [name: string]: Credential | undefined },
  { source, kind, environment }: ReadValuesOptions,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const [name, credential] of Object.entries(credentials)) {
    if (credential === undefined) continue;
    const given = typeof credential === 'function' ? await credential() : credential;
    const text = isSecret(given) ? given.expose() : given;
    const wanted = text.startsWith('$ENV:') ? text.slice('$ENV:'.length) : undefined;
    const value = wanted === undefined ? text : environment[wanted];
    if (value === undefined) {
      throw new TakoError('auth', `${source}: ${kind} ${name}: the environment variable ${wanted} is not set`, {
        source,
      });
    }
    values.set(name, value);
  }
  return values;
}
