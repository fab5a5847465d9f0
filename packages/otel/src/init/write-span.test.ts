import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import { ProtoWriter } from './proto-writer.js';
import { writeRequest, writeSpan } from './write-span.js';

const resource = resourceFromAttributes({ 'service.name': 'désk', pid: 7, ok: true });

function recording() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { provider, spans: () => exporter.getFinishedSpans() };
}

function written(spans: readonly ReadableSpan[]): Buffer {
  const scopes = new Map<ReadableSpan['instrumentationScope'], ProtoWriter>();
  for (const span of spans) {
    const writer = scopes.get(span.instrumentationScope) ?? new ProtoWriter(1);
    scopes.set(span.instrumentationScope, writer);
    writeSpan(writer, span);
  }
  const request = new ProtoWriter(1);
  writeRequest(
    request,
    resource,
    Array.from(scopes, ([scope, writer]) => [scope, writer.written()] as const),
  );
  return Buffer.from(request.written());
}

function bySdk(spans: readonly ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest([...spans]) ?? []);
}

test('all that a span can hold: byte for byte what the SDK writes', () => {
  const { provider, spans } = recording();
  const ours = provider.getTracer('ours', '1.2.3', { schemaUrl: 'https://schemas.example/1' });
  const parent = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: createTraceState('a=b,c=d'),
  };
  const root = ours.startSpan(
    'root',
    {
      kind: SpanKind.SERVER,
      attributes: {
        text: 'plain',
        empty: '',
        unicode: 'naïve 🌧 日本',
        long: 'x'.repeat(20_000),
        broken: 'half \ud83d of a pair',
        yes: true,
        no: false,
        zero: 0,
        minusZero: -0,
        one: 1,
        large: 300,
        negative: -5,
        beyond32: 2 ** 32,
        safe: Number.MAX_SAFE_INTEGER,
        least: -(2 ** 63),
        beyond64: 2 ** 64,
        half: 0.5,
        infinite: Infinity,
        nan: Number.NaN,
        list: ['a', 'b'],
        none: [],
        numbers: [1, 2.5, -3],
        nested: { deep: { list: [1, 'two', null, { three: true }] }, bytes: new Uint8Array([0, 127, 255]) },
        nothing: null,
        '__proto__ ': 'odd',
        constructor: 'odd',
      },
      links: [{ context: parent, attributes: { why: 'linked' } }, { context: { ...parent, isRemote: false } }],
    },
    trace.setSpanContext(ROOT_CONTEXT, parent),
  );
  root.addEvent('happened', { at: 1, list: ['x'] });
  root.addEvent('bare', new Date(0));
  root.recordException(new TypeError('no'));
  root.setStatus({ code: SpanStatusCode.ERROR, message: 'ünlucky' });
  const inner = provider.getTracer('theirs').startSpan('GET /', {}, trace.setSpan(ROOT_CONTEXT, root));
  inner.setStatus({ code: SpanStatusCode.OK }).end();
  const early = ours.startSpan('', { startTime: [0, 1], kind: SpanKind.CLIENT });
  early.end([4_294_967_295, 999_999_999]);
  root.end();
  expect(spans()).toHaveLength(3);
  expect(written(spans()).equals(bySdk(spans()))).toBe(true);
});

test('lengths at and around where one more byte is needed for them', () => {
  const { provider, spans } = recording();
  const tracer = provider.getTracer('lengths');
  for (const size of [0, 1, 100, 119, 120, 121, 127, 128, 129, 16_000, 16_383, 16_384, 16_385, 2_100_000])
    tracer.startSpan('s'.repeat(size % 1_000), { attributes: { [`k${size}`]: 'v'.repeat(size) } }).end();
  expect(written(spans()).equals(bySdk(spans()))).toBe(true);
});

test('wherever the bytes have to grow, nothing is lost', () => {
  const { provider, spans } = recording();
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const attributes = { a: 1, negative: -1, text: 'x'.repeat(130), list: ['é', 2.5], bytes: new Uint8Array(3) };
  provider
    .getTracer('growth')
    .startSpan('grown', { attributes, links: [{ context: parent }] })
    .addEvent('e')
    .end();
  const [span] = spans();
  if (span === undefined) throw new Error('there is no span');
  const whole = new ProtoWriter(10_000);
  writeSpan(whole, span);
  for (let capacity = 1; capacity <= whole.length; capacity++) {
    const grown = new ProtoWriter(capacity);
    writeSpan(grown, span);
    expect(Buffer.from(grown.written()).equals(Buffer.from(whole.written()))).toBe(true);
  }
});

test('attributes and events beyond the limits are counted', () => {
  const { provider, spans } = recording();
  const span = provider.getTracer('many').startSpan('many');
  for (let at = 0; at < 200; at++) span.setAttribute(`a${at}`, at).addEvent(`e${at}`);
  span.end();
  expect(spans()[0]).toMatchObject({ droppedAttributesCount: 72, droppedEventsCount: 72 });
  expect(written(spans()).equals(bySdk(spans()))).toBe(true);
});

test('names beyond those that are kept are written as well', () => {
  const { provider, spans } = recording();
  const tracer = provider.getTracer('names');
  for (let at = 0; at < 1_500; at++) tracer.startSpan(`span ${at}`, { attributes: { [`key ${at}`]: at } }).end();
  expect(written(spans()).equals(bySdk(spans()))).toBe(true);
});

test('ids and times that make no sense neither throw nor spoil what follows', () => {
  const { provider, spans } = recording();
  const tracer = provider.getTracer('odd');
  const odd = ['', 'zz', '0af', '0AF7651916CD43DD8448EB211C80319C', '0af7651916cd43ddzzzz'];
  for (const id of odd) {
    const context = { traceId: id, spanId: id, traceFlags: 1 };
    tracer.startSpan('linked', { links: [{ context }] }).end();
  }
  for (const time of [
    [-5, 3],
    [2 ** 50, 0],
    [Number.NaN, 1],
    [0.5, 0.5],
  ] as const)
    tracer.startSpan('timed', { startTime: [...time] }).end([...time]);
  const writer = new ProtoWriter(1);
  for (const span of spans()) {
    writer.clear();
    writeSpan(writer, span);
    const [tag, low = 0, high = 0] = writer.written();
    expect(tag).toBe(0x12);
    expect(writer.length).toBe(low < 128 ? 2 + low : 3 + (low & 127) + high * 128);
  }
  expect(spans()).toHaveLength(9);
});
