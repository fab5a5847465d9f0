import { invalidOptions } from '../error/make-error.js';

/** Longer than any store allows: 2 048 characters on AWS, and Vault's paths are shorter in practice. */
const maxKeyCharacters = 4_096;
const maxShownCharacters = 120;

/** A key in two parts, split at its first `#`. */
export interface SecretKey {
  readonly name: string;
  /** What follows the `#`: a field, a version. Absent without one; never empty. */
  readonly fragment?: string | undefined;
}

/**
 * Splits a key at its first `#`, and refuses what would reshape a URL or a log line: empty parts, segments `.` and `..`, `?`, `\`,
 * `%` (names are written as they are, and encoded by us), white space at the ends; and, in the fragment too, control characters and
 * half a surrogate pair. A key has at most 4 096 characters.
 *
 * @param source names the resolver in errors
 * @throws `invalid`
 */
export function splitSecretKey(key: string, source: string): SecretKey {
  const fail = (why: string): never => {
    throw invalidOptions(source, `the key ${shownKey(key)} ${why}`);
  };
  if (typeof key !== 'string' || key === '') return fail('is empty');
  if (key.length > maxKeyCharacters) return fail(`is longer than ${maxKeyCharacters} characters`);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(key)) return fail('holds control characters');
  const hash = key.indexOf('#');
  const name = hash < 0 ? key : key.slice(0, hash);
  const fragment = hash < 0 ? undefined : key.slice(hash + 1);
  if (name === '') return fail('has no name');
  if (name !== name.trim()) return fail('begins or ends with white space');
  if (fragment === '') return fail('has nothing after its "#"');
  const odd = /[?%\\]/.exec(name)?.[0];
  if (odd !== undefined) return fail(`holds "${odd}"; write names as they are, without a query and not URL-encoded`);
  if (name.split('/').some((segment) => segment === '.' || segment === '..')) return fail('has a "." or ".." segment');
  return { name, fragment };
}

/** A key for an error message: quoted, bounded, in ASCII, on one line. */
export function shownKey(key: unknown): string {
  if (typeof key !== 'string') return `of type ${typeof key}`;
  const shown = key.length > maxShownCharacters ? `${key.slice(0, maxShownCharacters)}…` : key;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
