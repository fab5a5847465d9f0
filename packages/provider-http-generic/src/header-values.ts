import { isSecret, TakoError, type Credential, type Environment } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

/** Headers as they are sent, names in lower case, and what in them must not show in errors. */
export interface ResolvedHeaders {
  readonly headers: { readonly [name: string]: string };
  readonly secrets: readonly string[];
}

/** A value that stands for an environment variable: `$ENV:NAME` or `$NAME`. */
const reference = /^\$(?:ENV:)?([A-Za-z_]\w*)$/;

/** Shorter values are no secrets, and would be taken out of words that have nothing to do with them. */
const shortestSecret = 6;

/**
 * Headers whose values are looked up whenever a request is sent.
 *
 * @param given of two names that differ in their case the later one counts
 * @returns a function that looks them up. It throws `auth` where a value is missing, or cannot stand in a header; never with the value.
 * @throws `invalid` for a name or value that can be no header's.
 */
export function headerValues(
  given: { readonly [name: string]: Credential },
  environment: Environment,
): () => Promise<ResolvedHeaders> {
  const entries = Object.entries(given).map(([name, value]): [string, Credential] => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || (typeof value === 'string' && !isText(value.trim()))) {
      throw invalidOptions('httpGeneric', `the header ${JSON.stringify(name)} cannot be sent`);
    }
    return [name.toLowerCase(), value];
  });

  return async () => {
    const headers: Record<string, string> = {};
    const secrets: string[] = [];
    for (const [name, value] of entries) {
      // oxlint-disable-next-line no-await-in-loop -- a function that asks for a token is asked once, in order
      const text = await valueOf(name, value, environment);
      headers[name] = text;
      // Of `Bearer abc` an answer may quote `abc` alone. A media type is no secret.
      if (name !== 'content-type') secrets.push(text, text.split(' ').at(-1) ?? '');
    }
    return { headers, secrets: secrets.filter(({ length }) => length >= shortestSecret) };
  };
}

async function valueOf(name: string, value: Credential, environment: Environment): Promise<string> {
  const failure = (what: string): TakoError => new TakoError('auth', `httpGeneric: header ${name}${what}`);
  const given: unknown = typeof value === 'function' ? await value() : value;
  const text = isSecret(given) ? given.expose().trim() : typeof given === 'string' ? given.trim() : '';
  const [, variable] = reference.exec(text) ?? [];
  const found =
    variable === undefined ? text : Object.hasOwn(environment, variable) ? environment[variable]?.trim() : undefined;
  if (found === undefined) throw failure(`: the environment variable ${variable ?? ''} is not set`);
  if (found === '' || !isText(found)) throw failure(' is empty, or cannot stand in an HTTP header');
  return found;
}

/** What can stand in a header, and is no reference without a name. */
function isText(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value) && (!value.startsWith('$ENV:') || reference.test(value));
}
