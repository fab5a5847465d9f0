/** The longest token that is looked at, in characters: servers commonly take headers of 8 to 16 KB in all. */
const maxTokenCharacters = 8_192;

/** Whether it has the syntax of a bearer token (RFC 6750, section 2.1) and at most 8192 characters. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTokenCharacters && /^[A-Za-z0-9._~+/-]+=*$/.test(value);
}
