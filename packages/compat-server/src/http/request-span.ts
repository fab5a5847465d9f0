import type { Attributes, Span, Tracer } from '@tako/core';

import type { ExchangeRecord } from './exchange-record.js';
import type { RequestHead } from './exchange.js';
import { traceContextOf } from './trace-context.js';

/** The span of a request, which goes on with the trace of its sender. Nobody knows yet who that is. */
export function requestSpan(tracer: Tracer, head: RequestHead, { requestId, route }: ExchangeRecord): Span | undefined {
  try {
    const context = traceContextOf(head);
    const parent = context === undefined ? undefined : tracer.remote?.(context, 'server_request');
    return tracer.start('server_request', `${head.method} ${route}`, { requestId, route }, parent);
  } catch {
    return undefined; // a tracer that breaks is no reason not to answer
  }
}

export function describeSpan(span: Span | undefined, attributes: Attributes): void {
  try {
    span?.set(attributes);
  } catch {
    // As above.
  }
}

export function endSpan(span: Span | undefined, error: unknown): void {
  try {
    span?.end(error);
  } catch {
    // As above.
  }
}
