import { isTakoError, TakoError, type ErrorCode } from '@tako/core';

import { authErrors, targetErrors, type ErrorRow } from './error-table.js';
import { Refusal, type Failure } from './failure.js';
import { internalFailure, limitsUnavailable } from './known-failures.js';
import { forClient } from './tellable.js';

const longestParam = 200;

/** What a failure of the target, or of anything on the way to it, is told as. */
export function targetFailure(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  // Who stopped it here says why.
  if (isTakoError(error, 'cancelled') && error.cause instanceof Refusal) return error.cause.failure;
  // A store that is away, a price that nobody knows: a budget that refuses for other reasons than money.
  if (isTakoError(error, 'transport', 'invalid') && error.source === 'Budget') {
    return error.code === 'transport' ? limitsUnavailable : internalFailure;
  }
  return toFailure(error, tableFor(error));
}

/**
 * Where a vendor wants to be paid, knows no such path or method, or redirects (nobody follows), the operator has something to
 * mend, and not the client.
 */
function tableFor(error: unknown): typeof targetErrors {
  if (!isTakoError(error, 'invalid') || error.status === undefined) return targetErrors;
  if (error.status < 400) return { ...targetErrors, invalid: targetErrors.not_found };
  return error.status === 400 || error.status === 422
    ? targetErrors
    : { ...targetErrors, invalid: targetErrors.permission };
}

/** What a failure to identify the caller is told as. */
export function authFailure(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  // What is no error of ours may be anything: then nobody can tell who is calling.
  const known = isTakoError(error) ? error : new TakoError('transport', 'the authenticator failed');
  const failure = toFailure(known, authErrors);
  return failure.status === 401 ? { ...failure, headers: { 'www-authenticate': 'Bearer' } } : failure;
}

function toFailure(error: unknown, table: Readonly<Record<ErrorCode, ErrorRow>>): Failure {
  const row = isTakoError(error) && Object.hasOwn(table, error.code) ? table[error.code] : undefined;
  if (row === undefined || !isTakoError(error)) return internalFailure;
  const wait = waitSeconds(error, row);
  return {
    status: row.status,
    type: row.type,
    code: row.code,
    param: paramOf(error),
    message: `${row.message ?? withoutSource(error)}${waitText(wait)}`,
    headers: headersOf(row, wait),
  };
}

/** Clients obey a wait of up to a minute only; a longer one is told in the message as well. */
function headersOf(row: ErrorRow, wait: number | undefined): Failure['headers'] {
  const headers: Record<string, string> = {};
  if (row.isFinal === true) headers['x-should-retry'] = 'false';
  if (wait !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(wait))); // at once would be a storm
  return headers;
}

function waitSeconds(error: TakoError, row: ErrorRow): number | undefined {
  if (row.isFinal === true) return undefined;
  const ms = error.retryAfterMs;
  if (row.status === 429 || row.status === 503) {
    if (ms !== undefined && ms >= 0 && ms <= 86_400_000) return ms / 1000;
    return row.retryAfterSeconds;
  }
  return undefined;
}

/** Codex finds the wait by these words. */
function waitText(wait: number | undefined): string {
  return wait === undefined ? '' : ` Please try again in ${Math.max(0.1, Math.round(wait * 10) / 10)}s.`;
}

/** The error's own sentence, without the name of the function that wrote it. */
function withoutSource(error: TakoError): string {
  const { source, message, excerpt = '' } = error;
  if (excerpt.startsWith('<')) return 'The model’s vendor refused the request.'; // with a page of HTML, which says nothing to a client
  const own = source !== undefined && message.startsWith(`${source}: `) ? message.slice(source.length + 2) : message;
  return forClient(own) || 'The request cannot be answered.';
}

function paramOf({ details }: TakoError): string | null {
  const param = details !== undefined && Object.hasOwn(details, 'param') ? details['param'] : undefined;
  // It may hold a name that the client made up.
  return typeof param === 'string' ? param.slice(0, longestParam) : null;
}
