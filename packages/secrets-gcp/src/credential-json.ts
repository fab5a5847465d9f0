import { isSecret, type Credential, type Environment } from '@tako/core';
import { providerError } from '@tako/core/provider';

/**
 * The fields of a credential that is JSON. Unlike one that stands in a header it may have any characters.
 *
 * @param what names the option in errors, which never hold its text
 * @throws `auth` when it is missing or no JSON object.
 */
export async function readJson(
  credential: Credential,
  what: string,
  environment: Environment,
): Promise<Readonly<Record<string, unknown>>> {
  const source = 'GcpSecretManagerResolver';
  const given: unknown = typeof credential === 'function' ? await credential() : credential;
  const text: unknown = isSecret(given) ? given.expose() : given;
  const [, name] = typeof text === 'string' ? (/^\s*\$ENV:(\w+)\s*$/.exec(text) ?? []) : [];
  const json = name === undefined ? text : Object.hasOwn(environment, name) ? environment[name] : undefined;
  try {
    const fields: unknown = JSON.parse(String(json));
    if (typeof fields === 'object' && fields !== null) return { ...fields };
  } catch {
    // The parser's own words quote the text.
  }
  throw providerError('auth', `${source}: ${what} is missing, or is not the JSON of a credential`, { source });
}
