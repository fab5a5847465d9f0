import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import type { TraceContext } from '@tako/core';

/** Version, trace id, span id, flags; later versions may say more. Source: https://www.w3.org/TR/trace-context/ (read 2026-11-23). */
const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** A span's place as headers have it; `undefined` for a span that nobody records. */
export function toTraceContext(context: SpanContext): TraceContext | undefined {
  if (!isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const tracestate = traceState?.serialize();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate === undefined || tracestate === '' ? {} : { tracestate }),
  };
}

/** The span that headers speak of; `undefined` for headers that make no sense. */
export function fromTraceContext({ traceparent, tracestate }: TraceContext): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = form.exec(traceparent.trim()) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  if (!isSpanContextValid(context)) return undefined;
  return tracestate === undefined ? context : { ...context, traceState: createTraceState(tracestate) };
}
