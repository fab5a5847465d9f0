import { isTakoError, TakoError } from '../error/tako-error.js';

/**
 * The error for a request that got no answer, or whose answer broke off: code `transport`. The platform's reason is read
 * from its error code, not from its text, which may hold an address with a key in it.
 *
 * @param source who was called: a provider's id
 */
export function transportError(error: unknown, source: string): TakoError {
  if (isTakoError(error)) return error;
  const reason = platformCode(error);
  return new TakoError('transport', `${source}: ${explain(reason)}`, {
    source,
    cause: error,
    details: reason === undefined ? undefined : { platformCode: reason },
  });
}

/** The first error code in a chain of causes: fetch wraps the one that says what happened. */
function platformCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 8; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if ('errors' in at && Array.isArray(at.errors) && at.errors.length > 0) at = at.errors[0];
    else at = 'cause' in at ? at.cause : undefined;
  }
  return undefined;
}

function explain(code: string | undefined): string {
  if (code === undefined) return 'the connection failed';
  const suspect = /CERT|SSL|TLS|SIGNED|VERIFY/.test(code)
    ? '; check the certificate'
    : /REFUSED|NOTFOUND|AGAIN/.test(code)
      ? '; check the base URL'
      : '';
  return `the connection failed (${code})${suspect}`;
}
