import { Client, credentials, Metadata, status } from '@grpc/grpc-js';

import { answerTimeoutMs, settled, type OtlpSender } from './otlp-sender.js';
import type { OtlpTarget } from './otlp-target.js';

/** The services of a collector. Source: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc (read 2026-11-23). */
const services = '/opentelemetry.proto.collector';

/** What a collector may say before it takes the same request. Source: https://opentelemetry.io/docs/specs/otlp/#failures (read 2026-11-24). */
const retryable: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** OTLP over gRPC; TLS for an `https` endpoint. Through no proxy, whatever the environment says. */
export function sender({ endpoint, headers }: OtlpTarget): OtlpSender {
  const { protocol, host, port } = new URL(endpoint);
  const address = port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
  const security = protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
  const client = new Client(address, security, { 'grpc.enable_http_proxy': 0 });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);
  const same = (bytes: Buffer): Buffer => bytes;
  const call = (method: string) =>
    settled(
      (body) =>
        new Promise((resolve) => {
          const options = { deadline: Date.now() + answerTimeoutMs };
          client.makeUnaryRequest(`${services}${method}`, asBuffer, same, body, metadata, options, (error) => {
            if (error === null) resolve({ outcome: 'taken' });
            else resolve({ outcome: retryable.has(error.code) ? 'again' : 'refused', reason: error.message });
          });
        }),
    );
  return {
    traces: call('.trace.v1.TraceService/Export'),
    metrics: call('.metrics.v1.MetricsService/Export'),
    close: () => client.close(),
  };
}
