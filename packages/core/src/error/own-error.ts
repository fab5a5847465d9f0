import { isTakoError, TakoError } from './tako-error.js';

/**
 * An error for one of several callers that fail by the same event. A `TakoError` is copied: doors hang the caller's own `partial` on
 * what they throw, and on a shared one each would see the other's conversation. Anything else is given as it is.
 */
export function ownError<Thrown>(error: Thrown): Thrown {
  if (!isTakoError(error)) return error;
  const { code, message, partial: _, ...fields }: TakoError = error;
  const copy: unknown = new TakoError(code, message, { ...fields, cause: error.cause });
  return copy as Thrown; // a TakoError for a TakoError, and there is no other class of them
}
