import type { ErrorCode } from '@tako/core';

/** How one kind of failure is told. */
export interface ErrorRow {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  /** What is said in place of the error's own message, which may speak of vendors and hosts. Absent: its own, redacted. */
  readonly message?: string | undefined;
  /** Seconds after which another try is worth it, where nobody said how long. */
  readonly retryAfterSeconds?: number | undefined;
  /** Stops the retries of OpenAI's clients, which would only add load. */
  readonly isFinal?: boolean | undefined;
}

const upstream = 'server_error';

/**
 * What a client is told when the model or the run behind this server fails. A vendor that refuses *our* key is no reason to
 * tell a client that *its* key is wrong: `auth`, `permission` and `not_found` are the operator's to mend, and are 502.
 *
 * Codes of OpenAI: https://platform.openai.com/docs/guides/error-codes (read 2026-11-23).
 */
export const targetErrors: Readonly<Record<ErrorCode, ErrorRow>> = {
  invalid: { status: 400, type: 'invalid_request_error', code: null },
  auth: { status: 502, type: upstream, code: 'upstream_auth', message: 'The model’s vendor refused this server.' },
  permission: {
    status: 502,
    type: upstream,
    code: 'upstream_permission',
    message: 'The model’s vendor refused this server.',
  },
  not_found: {
    status: 502,
    type: upstream,
    code: 'upstream_not_found',
    message: 'The model’s vendor does not know what this server asked for.',
  },
  rate_limited: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Rate limit reached.' },
  overloaded: {
    status: 503,
    type: upstream,
    code: 'overloaded',
    message: 'The model is overloaded.',
    retryAfterSeconds: 2,
  },
  provider: { status: 502, type: upstream, code: 'upstream_error', message: 'The model’s vendor failed.' },
  transport: { status: 502, type: upstream, code: 'upstream_unreachable', message: 'The model cannot be reached.' },
  timeout: { status: 504, type: upstream, code: 'timeout', message: 'The model took too long.' },
  cancelled: { status: 499, type: upstream, code: 'cancelled', message: 'The request was cancelled.' },
  context_overflow: { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
  content_filtered: {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_filter',
    message: 'The model’s vendor refused the content.',
  },
  malformed_response: {
    status: 502,
    type: upstream,
    code: 'upstream_malformed',
    message: 'The model’s answer could not be read.',
  },
  unsupported: { status: 422, type: 'invalid_request_error', code: 'unsupported_value' },
  circuit_open: {
    status: 503,
    type: upstream,
    code: 'unavailable',
    message: 'The model is not available at the moment.',
    retryAfterSeconds: 5,
  },
  budget_exhausted: {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'The budget for this request is spent.',
    isFinal: true,
  },
  policy_denied: { status: 403, type: 'permission_error', code: 'permission_denied' },
  tool: { status: 500, type: upstream, code: 'tool_failed', message: 'A tool of the agent failed.' },
};

const unavailable: ErrorRow = {
  status: 503,
  type: upstream,
  code: 'auth_unavailable',
  message: 'Credentials cannot be checked at the moment.',
  retryAfterSeconds: 5,
};
const wrongKey: ErrorRow = {
  status: 401,
  type: 'invalid_request_error',
  code: 'invalid_api_key',
  message: 'Incorrect API key provided.',
};

/**
 * What a client is told when it cannot be identified. Only `auth` says that the credential is wrong: an identity provider that
 * is down is 503, so that nobody throws away a good token.
 */
export const authErrors: Readonly<Record<ErrorCode, ErrorRow>> = {
  auth: wrongKey,
  permission: {
    status: 403,
    type: 'permission_error',
    code: 'permission_denied',
    message: 'This API key may not do that.',
  },
  // It is this server that has to wait, not its client.
  rate_limited: unavailable,
  budget_exhausted: unavailable,
  cancelled: targetErrors.cancelled,
  invalid: unavailable,
  not_found: unavailable,
  overloaded: unavailable,
  provider: unavailable,
  transport: unavailable,
  timeout: unavailable,
  context_overflow: unavailable,
  content_filtered: unavailable,
  malformed_response: unavailable,
  unsupported: unavailable,
  circuit_open: unavailable,
  policy_denied: unavailable,
  tool: unavailable,
};
