import { onlyHeader, type RequestHead } from './exchange.js';

/**
 * The trace that a request belongs to, as W3C Trace Context says it; `undefined` where the header is missing or malformed: a
 * new trace begins then.
 *
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header (read 2026-11-23).
 */
export function traceParentOf(head: RequestHead): string | undefined {
  const value = onlyHeader(head, 'traceparent');
  if (value === undefined || !/^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/.test(value)) return undefined;
  return value;
}
