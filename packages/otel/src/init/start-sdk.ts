import type { ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

import type { OtlpExporters, OtlpTarget } from './otlp-target.js';

/** The SDK, as far as it is wanted. */
export interface StartedSdk {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  /** Keeps the active span across `await`. */
  readonly contextManager: ContextManager | undefined;
}

/** Starts providers that send to a target. */
export function startSdk(
  target: OtlpTarget,
  exporters: OtlpExporters,
  wanted: { readonly traces: boolean; readonly metrics: boolean },
): StartedSdk {
  const { share, maxQueuedSpans, metricsEveryMs } = target;
  const resource = defaultResource().merge(resourceFromAttributes({ ...target.resource }));
  const maxExportBatchSize = Math.min(512, maxQueuedSpans);
  const tracerProvider = wanted.traces
    ? new TracerProvider({
        resource,
        sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
        spanProcessors: [
          new BatchSpanProcessor({ exporter: exporters.traces(), maxQueueSize: maxQueuedSpans, maxExportBatchSize }),
        ],
      })
    : undefined;
  const meterProvider =
    wanted.metrics && metricsEveryMs !== undefined
      ? new MeterProvider({
          resource,
          readers: [
            new PeriodicExportingMetricReader({
              exporter: exporters.metrics(),
              exportIntervalMillis: metricsEveryMs,
              exportTimeoutMillis: Math.min(metricsEveryMs, 10_000),
            }),
          ],
        })
      : undefined;
  const contextManager = wanted.traces ? new AsyncLocalStorageContextManager().enable() : undefined;
  return { tracerProvider, meterProvider, contextManager };
}
