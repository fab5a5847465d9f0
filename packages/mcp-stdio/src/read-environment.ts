import { isSecret, TakoError, type Credential } from '@tako/core';

/** The variables of a child process as an option takes them. */
export type EnvironmentOption = { readonly [name: string]: Credential | undefined };

/**
 * The values of variables: secrets and functions are asked for them, `$ENV:NAME` is looked up in `platform`, and what is
 * `undefined` is left out.
 *
 * @throws `auth` when there is no such variable; never with a value. What a function throws.
 */
export async function readEnvironment(
  variables: EnvironmentOption,
  source: string,
  platform: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const [name, credential] of Object.entries(variables)) {
    if (credential === undefined) continue;
    const given = typeof credential === 'function' ? await credential() : credential;
    const text = isSecret(given) ? given.expose() : given;
    const wanted = text.startsWith('$ENV:') ? text.slice('$ENV:'.length) : undefined;
    const value = wanted === undefined ? text : platform[wanted];
    if (value === undefined) {
      throw new TakoError('auth', `${source}: env ${name}: the environment variable ${wanted} is not set`, { source });
    }
    values.set(name, value);
  }
  return values;
}
