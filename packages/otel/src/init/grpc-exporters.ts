import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { ProtobufMetricsSerializer, ProtobufTraceSerializer, type ISerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

import type { OtlpExporters, OtlpTarget } from './otlp-target.js';

/** How long a collector may take to answer, in milliseconds: the default of OTLP exporters. */
const timeoutMs = 10_000;

/** The services of a collector. Source: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc (read 2026-11-23). */
const services = '/opentelemetry.proto.collector';

/**
 * OTLP over gRPC; TLS for an `https` endpoint.
 *
 * The SDK's own exporters for gRPC go through a proxy that `grpc_proxy`, `https_proxy` or `http_proxy` names, and have no option against it.
 */
export function exporters(target: OtlpTarget): OtlpExporters {
  return {
    traces: (): SpanExporter =>
      grpcExporter(target, `${services}.trace.v1.TraceService/Export`, ProtobufTraceSerializer),
    metrics: (): PushMetricExporter =>
      grpcExporter(target, `${services}.metrics.v1.MetricsService/Export`, ProtobufMetricsSerializer),
  };
}

/** What exporters of traces and metrics have in common. */
interface GrpcExporter<Item> {
  export(items: Item, done: (result: { readonly code: 0 | 1; readonly error?: Error }) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

function grpcExporter<Item>(
  { endpoint, headers }: OtlpTarget,
  method: string,
  serializer: ISerializer<Item, unknown>,
): GrpcExporter<Item> {
  const { protocol, host, port } = new URL(endpoint);
  const address = port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
  const security = protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
  const client = new Client(address, security, { 'grpc.enable_http_proxy': 0 });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const underWay = new Set<Promise<void>>();
  const same = (bytes: Buffer): Buffer => bytes;

  return {
    export(items, done) {
      const body = serializer.serializeRequest(items);
      if (body === undefined) return done({ code: 1, error: new Error('what was recorded cannot be written as OTLP') });
      const sending = new Promise<void>((resolve) => {
        const options = { deadline: Date.now() + timeoutMs };
        client.makeUnaryRequest(method, same, same, Buffer.from(body), metadata, options, (error) => {
          underWay.delete(sending);
          resolve();
          done(error === null ? { code: 0 } : { code: 1, error });
        });
      });
      underWay.add(sending);
    },
    async forceFlush() {
      await Promise.all(underWay);
    },
    async shutdown() {
      await Promise.all(underWay);
      client.close();
    },
  };
}
