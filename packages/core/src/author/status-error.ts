import type { ChatRequest } from '../chat/chat-request.js';
import type { ErrorCode } from '../error/error-code.js';
import { TakoError } from '../error/tako-error.js';
import { redact } from './redact.js';
import { parseRetryAfter } from './retry-after.js';

/** An answer that is not a success. */
export interface FailedAnswer {
  /** Who answered: a provider's id. */
  readonly source: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** The body as text, or as much of it as there is; it need not be JSON. */
  readonly body: string;
  /** What was asked, so that quotations of it can be taken out of the error. */
  readonly request?: ChatRequest | undefined;
  /** Values that must not show in the error. */
  readonly secrets?: readonly string[] | undefined;
  /** Milliseconds since 1970-01-01 UTC, for `retry-after` dates. */
  readonly nowMs: number;
}

/**
 * The error for an answer that is not a success: code by status, or by the vendor's own code where that says more; wait
 * from the headers; the vendor's message, redacted.
 */
export function statusError(answer: FailedAnswer): TakoError {
  const { source, status, headers, body, request, secrets = [], nowMs } = answer;
  const vendor = readVendorError(body);
  const code = codeByVendor(vendor.code) ?? codeByStatus(status);
  const excerpt = redact(vendor.message, secrets, request);
  const exhausted = vendor.code === 'insufficient_quota'; // more tries do not buy more quota
  return new TakoError(code, `${source} answered ${status}${excerpt === '' ? '' : `: ${excerpt}`}`, {
    source,
    status,
    excerpt,
    retryable: exhausted ? false : undefined,
    retryAfterMs: parseRetryAfter(headers, nowMs),
    requestId: headers['x-request-id'] ?? headers['request-id'],
  });
}

/** The code for an HTTP status. What has no own code is `invalid` below 500 and `provider` above. */
export function codeByStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'auth';
    case 403:
      return 'permission';
    case 404:
      return 'not_found';
    case 408:
    case 504:
      return 'timeout';
    case 413:
      return 'context_overflow';
    case 429:
      return 'rate_limited';
    case 503:
    case 529: // Anthropic: overloaded_error
      return 'overloaded';
    default:
      // 409 and 425 ask for another try; a redirect is a wrong address, since none is followed.
      return status >= 500 || status === 409 || status === 425 ? 'provider' : 'invalid';
  }
}

/** Codes of vendors that say more than their status. Sources: the vendors' pages on errors (read 2026-11-23). */
function codeByVendor(code: string): ErrorCode | undefined {
  switch (code) {
    case 'context_length_exceeded': // OpenAI, Azure OpenAI
    case 'request_too_large': // Anthropic
      return 'context_overflow';
    case 'content_filter': // Azure OpenAI
    case 'content_policy_violation': // OpenAI
      return 'content_filtered';
    case 'model_not_found':
    case 'DeploymentNotFound':
      return 'not_found';
    case 'overloaded_error': // Anthropic, also in the middle of a stream
      return 'overloaded';
    default:
      return undefined;
  }
}

/** The usual shapes: `{ error: { message, code, type } }`, `{ error: "…" }`, `{ message }`, or no JSON at all. */
function readVendorError(body: string): { readonly message: string; readonly code: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { message: body, code: '' }; // an HTML page of a proxy, or nothing
  }
  const error = field(parsed, 'error') ?? parsed;
  if (typeof error === 'string') return { message: error, code: '' };
  const message = field(error, 'message') ?? field(error, 'detail');
  const code = field(error, 'code') ?? field(error, 'type');
  return { message: typeof message === 'string' ? message : '', code: typeof code === 'string' ? code : '' };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name] ?? undefined; // hasOwn says that it is there
}
