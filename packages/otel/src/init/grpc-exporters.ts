import { Metadata } from '@grpc/grpc-js';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';

import type { OtlpExporters, OtlpTarget } from './otlp-target.js';

/** OTLP over gRPC; TLS for an `https` endpoint. */
export function exporters({ endpoint: url, headers }: OtlpTarget): OtlpExporters {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return {
    traces: () => new OTLPTraceExporter({ url, metadata }),
    metrics: () => new OTLPMetricExporter({ url, metadata }),
  };
}
