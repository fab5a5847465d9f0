import { context, createTraceState, isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';
import type { TraceContext } from '@tako/core';

/** Version, trace id, span id, flags; later versions may say more. Source: https://www.w3.org/TR/trace-context/ (read 2026-11-23). */
const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** A span's place as headers have it; `undefined` for a span that nobody records. */
export function toTraceContext(place: SpanContext): TraceContext | undefined {
  if (!isSpanContextValid(place)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = place;
  const tracestate = traceState?.serialize();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate === undefined || tracestate === '' ? {} : { tracestate }),
  };
}

/** The place of the span that goes on here; `undefined` outside of one. */
export function activeTraceContext(): TraceContext | undefined {
  const active = trace.getSpanContext(context.active());
  return active === undefined ? undefined : toTraceContext(active);
}

/** The span that headers speak of; `undefined` for headers that make no sense. */
export function fromTraceContext({ traceparent, tracestate }: TraceContext): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = form.exec(traceparent.trim()) ?? [];
  const place = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  if (!isSpanContextValid(place)) return undefined;
  return tracestate === undefined ? place : { ...place, traceState: createTraceState(tracestate) };
}
