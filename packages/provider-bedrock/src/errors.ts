import { TakoError } from '@tako/core';
import { codeByStatus, providerError, statusError, type ChatRequest } from '@tako/core/provider';

/** A failure as Bedrock tells it, in place of an answer or inside of one. */
export interface BedrockFailure {
  /** A provider's id. */
  readonly source: string;
  /** The HTTP status, or the one that the failure would have had. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** The exception's name, for example `ThrottlingException`; empty where none is told. */
  readonly type: string;
  readonly message: string;
  readonly request?: ChatRequest | undefined;
  /** Values that must not show in the error. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** @defaultValue by code */
  readonly retryable?: boolean | undefined;
}

type Code = TakoError['code'];

/**
 * What the exceptions mean where the status does not say it, and those that come inside a stream with the status that they
 * would have had.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html and the errors of
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html (read 2026-11-23).
 */
const exceptions: { readonly [type: string]: readonly [code: Code, status: number] } = {
  ExpiredTokenException: ['auth', 403],
  IncompleteSignature: ['auth', 400],
  InvalidSignatureException: ['auth', 403],
  MissingAuthenticationTokenException: ['auth', 403],
  ModelNotReadyException: ['overloaded', 429],
  ModelStreamErrorException: ['provider', 424],
  ServiceQuotaExceededException: ['rate_limited', 400],
  ServiceUnavailableException: ['overloaded', 503],
  ThrottlingException: ['rate_limited', 429],
  UnrecognizedClientException: ['auth', 403],
  ValidationException: ['invalid', 400],
};

/** How models say that a prompt is too long: Bedrock has no exception for it, only the text. */
const overflow =
  /(input|prompt) is too long|too many (input |total )?tokens|(context|maximum input) (length|window|limit)|exceeds? the (maximum|model'?s)[^.]*(context|tokens)/i;

/** The error for a failure of Bedrock's: code by exception or else by status, the message redacted. */
export function bedrockError(failure: BedrockFailure): TakoError {
  const { source, type, message, headers } = failure;
  const name = capitalized(type).slice(0, 60);
  const byStatus = failure.status === 424 ? 'provider' : codeByStatus(failure.status);
  const code = isOverflow(failure, name) ? 'context_overflow' : (known(name)?.[0] ?? byStatus);
  const told = statusError({ ...failure, body: JSON.stringify({ message }) });
  const what = `${source} answered ${failure.status}${name === '' ? '' : ` (${name})`}`;
  return providerError(code, told.excerpt === '' ? what : `${what}: ${told.excerpt ?? ''}`, {
    source,
    status: failure.status,
    excerpt: told.excerpt,
    retryable: failure.retryable,
    retryAfterMs: told.retryAfterMs,
    requestId: headers['x-amzn-requestid'],
    details: name === '' ? undefined : { exception: name },
  });
}

/** The status that an exception inside a stream would have had. */
export function statusOf(type: string): number {
  return known(capitalized(type))?.[1] ?? 500;
}

function known(name: string): readonly [code: Code, status: number] | undefined {
  return Object.hasOwn(exceptions, name) ? exceptions[name] : undefined;
}

/** The SDK names the members of a stream's union with a small letter. */
function capitalized(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

/** The failure in the body of an error answer, and in the header that names the exception. */
export function readFailure(
  headers: { readonly [name: string]: string | undefined },
  body: string,
): { readonly type: string; readonly message: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { type: exceptionName(headers['x-amzn-errortype']), message: body }; // an HTML page of a proxy, or nothing
  }
  const fields = fieldsOf(parsed);
  // A gateway in front of Bedrock may wrap it; the services for access write `Message`.
  const inner = fieldsOf(fields['error']);
  const message = fields['message'] ?? fields['Message'] ?? inner['message'] ?? fields['error'];
  return {
    type: exceptionName(headers['x-amzn-errortype'] ?? fields['__type']),
    message: typeof message === 'string' ? message : '',
  };
}

/** `ValidationException:http://…` and `com.amazon.coral#ValidationException` are both `ValidationException`. */
function exceptionName(told: unknown): string {
  if (typeof told !== 'string') return '';
  const [name = ''] = told.slice(told.indexOf('#') + 1).split(':');
  return /^\w+$/.test(name) ? name : '';
}

function isOverflow({ status, message }: BedrockFailure, name: string): boolean {
  return (name === 'ValidationException' || (name === '' && status === 400)) && overflow.test(message);
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Name and message of what the SDK threw: an error frame may have written anything there. */
export function namedOf(thrown: unknown): { readonly name: string; readonly message: string } {
  const { name, message }: { readonly name?: unknown; readonly message?: unknown } =
    thrown instanceof Error ? thrown : {};
  return { name: typeof name === 'string' ? name : '', message: typeof message === 'string' ? message : '' };
}

/** What kept a request from being sent: it could not be put together, or not be signed. */
export function setupError(thrown: unknown, source: string): Error {
  const { name, message } = namedOf(thrown);
  if (/region is missing/i.test(message)) {
    return providerError('invalid', `${source}: the region is missing; pass it, or set AWS_REGION`, { source });
  }
  // Those of the credential chain's files, processes and services; a service's own have `$fault`.
  if (name.endsWith('ProviderError') || (thrown instanceof Error && '$fault' in thrown)) {
    const hint = 'pass credentials, profile or apiKey';
    return providerError('auth', `${source}: no AWS credentials were found; ${hint}`, { source, cause: thrown });
  }
  return providerError('invalid', `${source}: the SDK could make no request of this (${name})`, { source });
}
