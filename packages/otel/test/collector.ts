import { createRequire } from 'node:module';

import { onTestFinished } from 'vitest';

const require = createRequire(import.meta.url);

/** A value as OTLP writes it, as far as we look. */
interface OtlpValue {
  /** Which of the others is set. */
  readonly value?: 'boolValue' | 'doubleValue' | 'intValue' | 'stringValue';
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** A span as it came in. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: { readonly [name: string]: unknown };
}

interface Received {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes' | 'spanId' | 'traceId' | 'parentSpanId'> & {
        readonly attributes: readonly OtlpAttribute[];
        readonly traceId: unknown;
        readonly spanId: unknown;
        readonly parentSpanId?: unknown;
      })[];
    }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

interface MockServer {
  readonly httpUrl: URL | string | null;
  readonly grpcUrl: URL | string | null;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A collector on loopback for as long as the test goes on. */
export async function collector(protocol: 'grpc' | 'http') {
  // The package has no types of its own that can be imported.
  const { MockOtlpServer } = require('@elastic/mockotlpserver') as {
    readonly MockOtlpServer: new (options: object) => MockServer;
  };
  const spans: ReceivedSpan[] = [];
  const metrics = new Set<string>();
  const server = new MockOtlpServer({
    services: [protocol],
    logLevel: 'fatal',
    httpHostname: '127.0.0.1',
    grpcHostname: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    onTrace: (received: Received) => {
      for (const { scopeSpans } of received.resourceSpans ?? []) {
        for (const scope of scopeSpans) {
          for (const { attributes, traceId, spanId, parentSpanId, name } of scope.spans) {
            spans.push({
              name,
              traceId: id(traceId),
              spanId: id(spanId),
              parentSpanId: id(parentSpanId),
              attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)])),
            });
          }
        }
      }
    },
    onMetrics: (received: Received) => {
      for (const { scopeMetrics } of received.resourceMetrics ?? [])
        for (const scope of scopeMetrics) for (const { name } of scope.metrics) metrics.add(name);
    },
  });
  await server.start();
  onTestFinished(() => server.close());
  return { endpoint: String((protocol === 'http' ? server.httpUrl : server.grpcUrl) ?? ''), spans, metrics };
}

/** Ids are bytes over gRPC and protobuf. */
function id(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' ? value : '';
}

/** The field that is set: where all have a value, another one tells which. */
function plain({ value, stringValue, boolValue, doubleValue, intValue }: OtlpValue): unknown {
  const number = intValue === undefined ? undefined : Number(intValue);
  const fields = { stringValue, boolValue, doubleValue, intValue: number };
  return value === undefined ? (stringValue ?? boolValue ?? doubleValue ?? number) : fields[value];
}

/** All spans as lines, each below its parent; siblings by name. */
export function receivedTree(spans: readonly ReceivedSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parentId: string | undefined, depth: number): string[] =>
    spans
      .filter(({ parentSpanId }) => (parentId === undefined ? !ids.has(parentSpanId) : parentSpanId === parentId))
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}
