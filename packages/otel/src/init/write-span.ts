import type { AnyValue, Attributes, HrTime, Link, SpanContext } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

import type { ProtoWriter } from './proto-writer.js';

// Numbers of fields and wire types.
// Source: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto (read 2026-11-24).
const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;
const field = (number: number, type: number): number => (number << 3) | type;

const two16 = 2 ** 16;
const two32 = 2 ** 32;
const two63 = 2 ** 63;

/** Whether `isRemote` is known, and that it is so. */
const hasIsRemote = 0x100;
const isRemote = 0x200;

/** A span as `ScopeSpans` has it, its tag included: byte for byte what the SDK's own serializer writes. */
export function writeSpan(to: ProtoWriter, span: ReadableSpan): void {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  to.tag(field(2, delimited));
  const start = to.begin();
  to.tag(field(1, delimited));
  to.hex(traceId);
  to.tag(field(2, delimited));
  to.hex(spanId);
  writeTraceState(to, 3, traceState);
  const { parentSpanContext: parent } = span;
  if (parent?.spanId) {
    to.tag(field(4, delimited));
    to.hex(parent.spanId);
  }
  to.tag(field(5, delimited));
  to.name(span.name);
  to.tag(field(6, varint));
  to.varint(span.kind + 1);
  to.tag(field(7, fixed64));
  writeTime(to, span.startTime);
  to.tag(field(8, fixed64));
  writeTime(to, span.endTime);
  writeAttributes(to, 9, span.attributes);
  writeCount(to, 10, span.droppedAttributesCount);
  for (const event of span.events) {
    to.tag(field(11, delimited));
    const at = to.begin();
    to.tag(field(1, fixed64));
    writeTime(to, event.time);
    to.tag(field(2, delimited));
    to.name(event.name);
    writeAttributes(to, 3, event.attributes);
    writeCount(to, 4, event.droppedAttributesCount ?? 0);
    to.end(at);
  }
  writeCount(to, 12, span.droppedEventsCount);
  for (const link of span.links) writeLink(to, link);
  writeCount(to, 14, span.droppedLinksCount);
  to.tag(field(15, delimited));
  const status = to.begin();
  if (span.status.message) {
    to.tag(field(2, delimited));
    to.text(span.status.message);
  }
  writeCount(to, 3, span.status.code);
  to.end(status);
  writeFlags(to, 16, traceFlags, parent);
  to.end(start);
}

/** The request that carries spans of one resource. */
export function writeRequest(
  to: ProtoWriter,
  resource: Resource,
  scopes: Iterable<readonly [scope: ReadableSpan['instrumentationScope'], spans: Uint8Array]>,
): void {
  to.tag(field(1, delimited));
  const start = to.begin();
  to.tag(field(1, delimited));
  const about = to.begin();
  writeAttributes(to, 1, resource.attributes);
  writeCount(to, 2, 0);
  to.end(about);
  for (const [scope, spans] of scopes) {
    to.tag(field(2, delimited));
    const scoped = to.begin();
    to.tag(field(1, delimited));
    const at = to.begin();
    to.tag(field(1, delimited));
    to.name(scope.name);
    if (scope.version) {
      to.tag(field(2, delimited));
      to.name(scope.version);
    }
    to.end(at);
    to.raw(spans);
    writeSchema(to, scope.schemaUrl);
    to.end(scoped);
  }
  writeSchema(to, resource.schemaUrl);
  to.end(start);
}

function writeSchema(to: ProtoWriter, url: string | undefined): void {
  if (!url) return;
  to.tag(field(3, delimited));
  to.name(url);
}

function writeLink(to: ProtoWriter, { context, attributes, droppedAttributesCount }: Link): void {
  to.tag(field(13, delimited));
  const at = to.begin();
  to.tag(field(1, delimited));
  to.hex(context.traceId);
  to.tag(field(2, delimited));
  to.hex(context.spanId);
  writeTraceState(to, 3, context.traceState);
  writeAttributes(to, 4, attributes);
  writeCount(to, 5, droppedAttributesCount ?? 0);
  writeFlags(to, 6, context.traceFlags, context);
  to.end(at);
}

function writeTraceState(to: ProtoWriter, number: number, state: SpanContext['traceState']): void {
  const text = state?.serialize();
  if (!text) return;
  to.tag(field(number, delimited));
  to.text(text);
}

function writeCount(to: ProtoWriter, number: number, count: number): void {
  to.tag(field(number, varint));
  to.varint(count);
}

function writeFlags(to: ProtoWriter, number: number, flags: number, from: SpanContext | undefined): void {
  to.tag(field(number, fixed32));
  to.fixed32((flags & 0xff) | hasIsRemote | (from?.isRemote === true ? isRemote : 0));
}

/** Nanoseconds since 1970, which no number holds exactly: as two halves. */
function writeTime(to: ProtoWriter, [seconds, nanoseconds]: HrTime): void {
  const upper = Math.floor(seconds / two16) * 1e9;
  const lower = (upper % two16) * two16 + (seconds % two16) * 1e9 + nanoseconds;
  to.fixed64(lower % two32, Math.floor(upper / two16) + Math.floor(lower / two32));
}

function writeAttributes(to: ProtoWriter, number: number, attributes: Attributes | undefined): void {
  for (const key in attributes) writeAttribute(to, number, key, attributes[key]);
}

function writeAttribute(to: ProtoWriter, number: number, key: string, value: AnyValue): void {
  to.tag(field(number, delimited));
  const at = to.begin();
  to.tag(field(1, delimited));
  to.name(key);
  to.tag(field(2, delimited));
  const inner = to.begin();
  writeValue(to, value);
  to.end(inner);
  to.end(at);
}

function writeValue(to: ProtoWriter, value: AnyValue): void {
  if (typeof value === 'string') {
    to.tag(field(1, delimited));
    to.text(value);
  } else if (typeof value === 'boolean') {
    to.tag(field(2, varint));
    to.varint(value ? 1 : 0);
  } else if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= -two63 && value < two63) {
      to.tag(field(3, varint));
      to.varint(value);
    } else {
      to.tag(field(4, fixed64));
      to.double(value);
    }
  } else if (value instanceof Uint8Array) {
    to.tag(field(7, delimited));
    to.bytes(value);
  } else if (Array.isArray(value)) {
    to.tag(field(5, delimited));
    const at = to.begin();
    for (const one of value) {
      to.tag(field(1, delimited));
      const inner = to.begin();
      writeValue(to, one);
      to.end(inner);
    }
    to.end(at);
  } else if (typeof value === 'object' && value !== null) {
    to.tag(field(6, delimited));
    const at = to.begin();
    for (const [key, one] of Object.entries(value)) writeAttribute(to, 1, key, one);
    to.end(at);
  }
}
