import type { ErrorCode } from './error-code.js';
import { isTakoError, TakoError, type PartialResult, type TakoErrorOptions } from './tako-error.js';

/** A wrong option or argument: code `invalid`, the message begins with `where`. */
export function invalidOptions(where: string, message: string): TakoError {
  return new TakoError('invalid', `${where}: ${message}`, { source: where });
}

/** A failure of a provider, transport or other far side. */
export function providerError(code: ErrorCode, message: string, options?: TakoErrorOptions): TakoError {
  return new TakoError(code, message, options);
}

/** A far side answered what cannot be understood: code `malformed_response`, the message begins with `source`. */
export function malformedAnswer(source: string, what: string, cause?: unknown): TakoError {
  return new TakoError('malformed_response', `${source}: ${what}`, { source, cause });
}

/** The caller aborted: code `cancelled`, the signal's reason as `cause`. */
export function cancelled(reason: unknown, partial?: PartialResult): TakoError {
  return new TakoError('cancelled', 'the call was cancelled by its caller', { cause: reason, partial });
}

/**
 * Any thrown value as a `TakoError`: one of ours is handed through, anything else becomes `code`.
 *
 * The foreign error's own text stays in `cause`: it may hold what nobody has redacted.
 */
export function toTakoError(error: unknown, code: ErrorCode, message: string, options?: TakoErrorOptions): TakoError {
  return isTakoError(error) ? error : new TakoError(code, message, { ...options, cause: error });
}
