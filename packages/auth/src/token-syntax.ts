/** The longest token that is looked at, in characters: servers commonly take headers of 8 to 16 KB in all. */
export const maxTokenCharacters = 8_192;

/**
 * Whether `value` has the syntax of a bearer token, and at most 8192 characters.
 *
 * RFC 6750, section 2.1: `b64token`, which is `token68` of RFC 9110, section 11.2.
 */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTokenCharacters && /^[A-Za-z0-9._~+/-]+=*$/.test(value);
}
