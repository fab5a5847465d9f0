import type { Span, Tracer } from '@tako/core';

import type { ExchangeRecord } from './exchange-record.js';
import type { RequestHead } from './exchange.js';
import { traceContextOf } from './trace-context.js';

/** The span of a request, which goes on with the trace of its sender. Nobody knows yet who that is. */
export function requestSpan(tracer: Tracer, head: RequestHead, { requestId, route }: ExchangeRecord): Span {
  const context = traceContextOf(head);
  const parent = context === undefined ? undefined : tracer.remote?.(context, 'server_request');
  return tracer.start('server_request', `${head.method} ${route}`, { requestId, route }, parent);
}
