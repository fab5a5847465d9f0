import { TakoError } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

/**
 * The error for an answer that is no success. `details.filtered` of a `content_filtered` names the categories that the prompt
 * fell under, for example `violence` or `jailbreak`. Where no header tells how long to wait, the message does.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter (read 2026-11-23).
 */
export function azureError(answer: FailedAnswer): TakoError {
  const error = statusError(answer);
  const filtered = filteredCategories(answer.body);
  const retryAfterMs = error.retryAfterMs ?? (error.code === 'rate_limited' ? toldWaitMs(answer.body) : undefined);
  if (filtered === undefined && retryAfterMs === error.retryAfterMs) return error;
  const { code, message, excerpt, retryable, status, requestId, source } = error;
  const details = filtered === undefined ? undefined : { filtered };
  return new TakoError(filtered === undefined ? code : 'content_filtered', message, {
    excerpt,
    // What was blocked as `invalid` stays blocked; a wait is told where trying again makes sense.
    retryable: filtered === undefined ? retryable : false,
    retryAfterMs,
    status,
    requestId,
    source,
    details,
  });
}

/**
 * Headers with the names under which they are read: Azure's gateway has its own id for a request, the one that its support
 * asks for, and a name of its own for the wait.
 */
export function readableHeaders(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const { 'apim-request-id': requestId, 'x-ms-retry-after-ms': waitMs } = headers;
  return {
    ...headers,
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(waitMs === undefined ? {} : { 'retry-after-ms': headers['retry-after-ms'] ?? waitMs }),
  };
}

/** What the filter blocked, where the body says so: `{ error: { innererror: { code, content_filter_result } } }`. */
function filteredCategories(body: string): readonly string[] | undefined {
  const inner = fields(fields(fields(parsed(body))['error'])['innererror']);
  if (inner['code'] !== 'ResponsibleAIPolicyViolation') return undefined;
  const results = fields(inner['content_filter_result']);
  return Object.keys(results).filter((category) => fields(results[category])['filtered'] === true);
}

/** "Please retry after 45 seconds." */
function toldWaitMs(body: string): number | undefined {
  const [, seconds] = /\bretry after (\d{1,5}) seconds?\b/i.exec(body) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a page of a proxy, or nothing
  }
}

function fields(value: unknown): { readonly [name: string]: unknown } {
  const object: { readonly [name: string]: unknown } = Object(value);
  return object;
}
