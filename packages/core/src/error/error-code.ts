/**
 * Why a thing failed. A closed list: callers branch on it.
 *
 * - `invalid`: the request, option or argument is wrong; sending it again will not help
 * - `auth`: the credential is missing or wrong
 * - `permission`: the credential is right, but may not do this
 * - `not_found`: no such model, tool, secret, file
 * - `rate_limited`: too many requests or tokens; see `retryAfterMs`
 * - `overloaded`: the other side is up but too busy
 * - `provider`: the vendor failed on its side
 * - `transport`: no connection, or it broke: DNS, TLS, reset
 * - `timeout`: one of our time limits passed
 * - `cancelled`: the caller's signal aborted; its reason is `cause`
 * - `context_overflow`: the request is larger than the model or the vendor takes
 * - `content_filtered`: the vendor refused the content
 * - `malformed_response`: the other side answered something that cannot be read
 * - `unsupported`: the model or vendor cannot do this; known before the network
 * - `circuit_open`: a breaker keeps calls away from a failing provider
 * - `budget_exhausted`: a cap would be exceeded; `details` says which
 * - `policy_denied`: a policy or approval said no
 * - `tool`: a tool failed
 */
export type ErrorCode =
  | 'invalid'
  | 'auth'
  | 'permission'
  | 'not_found'
  | 'rate_limited'
  | 'overloaded'
  | 'provider'
  | 'transport'
  | 'timeout'
  | 'cancelled'
  | 'context_overflow'
  | 'content_filtered'
  | 'malformed_response'
  | 'unsupported'
  | 'circuit_open'
  | 'budget_exhausted'
  | 'policy_denied'
  | 'tool';

const worthRepeating: readonly ErrorCode[] = [
  'rate_limited',
  'overloaded',
  'provider',
  'transport',
  'timeout',
  'malformed_response',
];

/** Whether failures of this kind may go away by themselves. */
export function isRetryableCode(code: ErrorCode): boolean {
  return worthRepeating.includes(code);
}
