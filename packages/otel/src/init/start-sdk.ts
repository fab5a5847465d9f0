import type { ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';

import { scope } from '../instruments.js';
import { metricExporter } from './metric-exporter.js';
import type { OtlpSender } from './otlp-sender.js';
import type { OtlpTarget } from './otlp-target.js';
import { SpanQueue } from './span-queue.js';
import { Tally } from './tally.js';

/** The SDK, as far as it is wanted. */
export interface StartedSdk {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider?: MeterProvider;
  /** What this package measures: the provider is for all others. */
  readonly tally?: Tally;
  /** Keeps the active span across `await`. */
  readonly contextManager: ContextManager | undefined;
}

/** Starts providers that send to a target. */
export function startSdk(
  target: OtlpTarget,
  sender: OtlpSender,
  wanted: { readonly traces: boolean; readonly metrics: boolean },
): StartedSdk {
  const { share, maxQueuedSpans, metricsEveryMs } = target;
  const resource = defaultResource().merge(resourceFromAttributes({ ...target.resource }));
  const tracerProvider = wanted.traces
    ? new TracerProvider({
        resource,
        sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
        spanProcessors: [new SpanQueue({ send: sender.traces, resource, maxSpans: maxQueuedSpans })],
      })
    : undefined;
  const measuring =
    wanted.metrics && metricsEveryMs !== undefined ? startMetrics(resource, sender, metricsEveryMs) : {};
  const contextManager = wanted.traces ? new AsyncLocalStorageContextManager().enable() : undefined;
  return { tracerProvider, contextManager, ...measuring };
}

function startMetrics(
  resource: Resource,
  sender: OtlpSender,
  everyMs: number,
): Pick<StartedSdk, 'meterProvider' | 'tally'> {
  const tally = new Tally(scope, resource);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter(sender.metrics),
    metricProducers: [tally],
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(everyMs, 10_000),
  });
  return { meterProvider: new MeterProvider({ resource, readers: [reader] }), tally };
}
