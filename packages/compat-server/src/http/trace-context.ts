import type { TraceContext } from '@tako/core';

import { onlyHeader, type RequestHead } from './exchange.js';

/**
 * The trace that a request belongs to, as W3C Trace Context says it; `undefined` where the header is missing or malformed: a
 * new trace begins then.
 *
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header (read 2026-11-23).
 */
export function traceContextOf(head: RequestHead): TraceContext | undefined {
  const value = onlyHeader(head, 'traceparent');
  if (value === undefined || !/^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/.test(value)) return undefined;
  const tracestate = onlyHeader(head, 'tracestate');
  return { traceparent: value, tracestate: isTracestate(tracestate) ? tracestate : undefined };
}

/** Of a list that is longer than anybody has to take, or holds what no header may, nothing is handed on. */
function isTracestate(value: string | undefined): boolean {
  return value !== undefined && value.length <= 512 && /^[\x20-\x7e]+$/.test(value);
}
