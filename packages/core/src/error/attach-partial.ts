import { toTakoError } from './make-error.js';
import type { PartialResult, TakoError } from './tako-error.js';

/**
 * Gives an error what was received before it. Fields that it carries already and that `partial` names too are
 * replaced: the outer door counts more than the inner one did, a run more than its last call.
 *
 * @returns the same error, or, where a foreign value was thrown, a `provider` error with it as `cause`
 */
export function attachPartial(error: unknown, partial: PartialResult): TakoError {
  const ours = toTakoError(error, 'provider', 'the provider threw no TakoError', { retryable: false });
  Object.defineProperty(ours, 'partial', { value: { ...ours.partial, ...partial }, writable: true });
  return ours;
}
