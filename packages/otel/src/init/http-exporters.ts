import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import type { OtlpExporters, OtlpTarget } from './otlp-target.js';

/** OTLP over HTTP, protobuf. */
export function exporters({ endpoint, headers }: OtlpTarget): OtlpExporters {
  const to = (path: string) => ({ url: `${endpoint}${path}`, headers: { ...headers } });
  return {
    traces: () => new OTLPTraceExporter(to('/v1/traces')),
    metrics: () => new OTLPMetricExporter(to('/v1/metrics')),
  };
}
