import { context, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { onTestFinished } from 'vitest';

import { otel, type OtelOptions } from '../src/index.js';

/** A tracer whose spans and metrics stay in memory. */
export function recorded(options: OtelOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(async () => {
    context.disable();
    await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
  });
  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  return {
    tracer: otel({ tracerProvider, meterProvider, ...options }),
    tracerProvider,
    meterProvider,
    spans,
    /** The one span with this name. */
    only(name: string): ReadableSpan {
      const found = spans().filter((span) => span.name === name);
      if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} spans are called ${name}`);
      return found[0];
    },
    tree: () => treeOf(spans()),
    /** The points of each metric, by name. */
    async metrics(): Promise<
      ReadonlyMap<string, readonly { readonly attributes: Attributes; readonly value: unknown }[]>
    > {
      await meterProvider.forceFlush();
      const [latest] = metricExporter.getMetrics().slice(-1);
      return new Map(
        latest?.scopeMetrics.flatMap(({ metrics }) =>
          metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints] as const),
        ),
      );
    },
  };
}

/** All spans as lines, each below its parent. */
function treeOf(spans: readonly ReadableSpan[]): string[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const below = (parentId: string | undefined, depth: number): string[] =>
    spans
      .filter(({ parentSpanContext: parent }) =>
        parentId === undefined ? parent === undefined || !ids.has(parent.spanId) : parent?.spanId === parentId,
      )
      .toSorted((one, other) => one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1])
      .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...below(span.spanContext().spanId, depth + 1)]);
  return below(undefined, 0);
}
