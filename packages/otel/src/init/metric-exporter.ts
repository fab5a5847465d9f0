import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';

import type { OtlpSender, Sent } from './otlp-sender.js';

type Done = (result: { readonly code: 0 | 1; readonly error?: Error }) => void;

/** Exports metrics by a sender. What was not taken comes again with the next ones: they are cumulative. */
export function metricExporter(send: OtlpSender['metrics']): PushMetricExporter {
  const underWay = new Set<Promise<Sent>>();
  const flush = async (): Promise<void> => {
    await Promise.all(underWay);
  };

  async function exported(metrics: ResourceMetrics, done: Done): Promise<void> {
    const body = ProtobufMetricsSerializer.serializeRequest(metrics);
    if (body === undefined) return done({ code: 1, error: new Error('what was measured cannot be written as OTLP') });
    const sending = send(body);
    underWay.add(sending);
    const sent = await sending;
    underWay.delete(sending);
    done(sent.outcome === 'taken' ? { code: 0 } : { code: 1, error: new Error(sent.reason) });
  }

  return {
    export: (metrics: ResourceMetrics, done: Done) => void exported(metrics, done),
    forceFlush: flush,
    shutdown: flush,
  };
}
