import { TakoError } from '../error/tako-error.js';
import { isSecret, type Secret } from './secret.js';

/**
 * A credential as an option takes it. It is read when used, so that a rotated key reaches live clients.
 *
 * The text `$ENV:NAME` stands for the environment variable `NAME`.
 */
export type Credential = string | Secret | (() => string | Secret | Promise<string | Secret>);

/** Environment variables by name. */
export type Environment = { readonly [name: string]: string | undefined };

/**
 * The value of a credential, white space at its ends removed.
 *
 * @param what names the credential in errors, for example `openai: apiKey`
 * @param environment where `$ENV:NAME` is looked up: the edge passes its platform's
 * @throws `auth` when it is missing, empty, or cannot stand in an HTTP header; never with the value.
 */
export async function readCredential(
  credential: Credential | undefined,
  what: string,
  environment: Environment = {},
): Promise<string> {
  const given: unknown = typeof credential === 'function' ? await credential() : credential;
  const text = isSecret(given) ? given.expose().trim() : typeof given === 'string' ? given.trim() : undefined;
  if (text === undefined) throw missing(`${what} is missing; pass it as an option`);

  const name = text.startsWith('$ENV:') ? text.slice('$ENV:'.length) : undefined;
  const value = name === undefined ? text : Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined;
  if (value === undefined) throw missing(`${what}: the environment variable ${name ?? ''} is not set`);
  if (value === '') throw missing(`${what} is empty`);
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw missing(`${what} cannot stand in an HTTP header; check for spaces, quotes and line ends`);
  }
  return value;
}

function missing(message: string): TakoError {
  return new TakoError('auth', message);
}
