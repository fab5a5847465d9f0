import { context, createNoopMeter, metrics, ProxyTracerProvider, trace, type TracerProvider } from '@opentelemetry/api';
import { invalidOptions, TakoError } from '@tako/core';

import { instruments, type InstrumentMaker, type Instruments } from '../instruments.js';
import { otel, otelTracer, type OtelOptions } from '../otel.js';
import { both } from './both.js';
import { replaceCurrent, telemetryOf, type Telemetry } from './current.js';
import { environmentFilter } from './environment-filter.js';
import { lineTracer } from './line-tracer.js';
import type { OtlpTarget } from './otlp-target.js';
import { spanFilter } from './span-filter.js';

/** What `initOtlp` takes. */
export interface InitOtlpOptions extends Pick<
  OtelOptions,
  'captureContent' | 'maxContentBytes' | 'maxLabelValues' | 'redact'
> {
  /** The collector, as `http://127.0.0.1:4318`; for `http` the paths `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  /** @defaultValue http */
  readonly protocol?: 'grpc' | 'http' | undefined;
  /** Sent with every request: credentials of the collector. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Who is telling: `{ 'service.name': 'desk' }`. @defaultValue what the SDK finds */
  readonly resource?: { readonly [name: string]: string | number | boolean } | undefined;
  /** Share of traces that are kept, 0 to 1; traces that began elsewhere are kept as it was decided there. @defaultValue 1 */
  readonly sampler?: number | undefined;
  /** Whether metrics are sent, or how often, in milliseconds. @defaultValue true: every 60000 */
  readonly metrics?: boolean | { readonly intervalMs: number } | undefined;
  /** Which spans, as in `init`. @defaultValue the variable `TAKO_LOG`, else `debug`: all of them */
  readonly filter?: string | undefined;
  /** Writes to stderr as well, as `init` does: `true` JSON, `false` lines for people. @defaultValue nothing is written */
  readonly json?: boolean | undefined;
  /** Spans that wait to be sent; further ones are dropped. @defaultValue 2048 */
  readonly maxQueuedSpans?: number | undefined;
  /** Longest `shutdown`, in milliseconds. @defaultValue 5000 */
  readonly shutdownTimeoutMs?: number | undefined;
}

/**
 * Sends traces and metrics to a collector by OTLP. The SDK and its exporters are loaded here, and only here: they are
 * optional peer dependencies, to be installed by who calls this.
 *
 * Where the program has registered a provider of its own, that one gets the spans (or the metrics), and nothing is sent
 * from here. A collector that cannot be reached neither slows nor fails a run: spans wait in a bounded queue, and are
 * dropped beyond it. Calling it again replaces what was before, after sending what waits.
 *
 * ```ts
 * await using telemetry = await initOtlp({ endpoint: 'http://127.0.0.1:4318' });
 * await agent.run('Is it raining in Bergen?', { tracer: telemetry.tracer });
 * ```
 *
 * @throws `invalid` for options that cannot work; `unsupported` naming the packages that are missing.
 */
export function initOtlp(options: InitOtlpOptions): Promise<Telemetry> {
  const { filter, json, protocol = 'http', sampler = 1, shutdownTimeoutMs = 5_000 } = options;
  const read = spanFilter(filter ?? environmentFilter('debug'));
  const target: OtlpTarget = {
    endpoint: checkedEndpoint(options.endpoint),
    headers: checkedHeaders(options.headers ?? {}),
    resource: options.resource ?? {},
    share: sampler,
    metricsEveryMs: intervalOf(options.metrics),
    maxQueuedSpans: options.maxQueuedSpans ?? 2_048,
  };
  if (!(sampler >= 0 && sampler <= 1)) throw invalidOptions('initOtlp', `sampler must be 0 to 1, got ${sampler}`);
  if (!(target.maxQueuedSpans >= 1)) throw invalidOptions('initOtlp', 'maxQueuedSpans must be at least 1');
  return replaceCurrent(async () => {
    const exporting = await exportTo(target, protocol);
    const { isWanted } = read;
    const { captureContent, maxContentBytes, maxLabelValues, redact } = options;
    const { tracerProvider, tally } = exporting;
    const shared = { captureContent, maxContentBytes, maxLabelValues, redact, isWanted, tracerProvider };
    const told = tally === undefined ? otel(shared) : otelTracer(shared, instrumentsOf(tally));
    const written =
      json === undefined ? undefined : lineTracer({ filter: read, json, write: (line) => process.stderr.write(line) });
    const tracer = written === undefined ? told : both(told, written);
    return telemetryOf(tracer, () => withinTime(exporting.end(), shutdownTimeoutMs));
  });
}

function instrumentsOf(tally: InstrumentMaker): () => Instruments {
  const made = instruments(tally);
  return () => made;
}

interface Exporting {
  /** Absent where the host's own is used. */
  readonly tracerProvider: TracerProvider | undefined;
  readonly tally: InstrumentMaker | undefined;
  end(): Promise<void>;
}

async function exportTo(target: OtlpTarget, protocol: 'grpc' | 'http'): Promise<Exporting> {
  const { startSdk } = await load(() => import('./start-sdk.js'), target);
  const carrier = await load(
    async () => (protocol === 'grpc' ? await import('./grpc-sender.js') : await import('./http-sender.js')),
    target,
  );
  const hasTracer = isHostTracing();
  const hasMeter = isHostMeasuring();
  const sender = carrier.sender(target);
  const sdk = startSdk(target, sender, { traces: !hasTracer, metrics: !hasMeter });
  const { tracerProvider, meterProvider, contextManager, tally } = sdk;
  // Registered, so that instrumentations of HTTP clients nest in our spans and go the same way.
  const isContextOurs = contextManager !== undefined && context.setGlobalContextManager(contextManager);
  const isTraceOurs = tracerProvider !== undefined && trace.setGlobalTracerProvider(tracerProvider);
  const isMeterOurs = meterProvider !== undefined && metrics.setGlobalMeterProvider(meterProvider);
  return {
    tracerProvider,
    tally,
    async end() {
      if (isTraceOurs) trace.disable();
      if (isMeterOurs) metrics.disable();
      if (isContextOurs) context.disable();
      await Promise.allSettled([tracerProvider?.shutdown(), meterProvider?.shutdown()]);
      sender.close();
    },
  };
}

/** Whether the program has registered a provider of its own. What is registered first stands behind a proxy. */
function isHostTracing(): boolean {
  const registered = trace.getTracerProvider();
  if (!(registered instanceof ProxyTracerProvider)) return true;
  return registered.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

function isHostMeasuring(): boolean {
  return metrics.getMeterProvider().getMeter('@tako/otel') !== createNoopMeter();
}

async function load<T>(module: () => Promise<T>, { endpoint }: OtlpTarget): Promise<T> {
  try {
    return await module();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new TakoError(
      'unsupported',
      `initOtlp: the SDK that would send to ${endpoint} is not installed; see the install line in the README of @tako/otel`,
      { source: 'initOtlp', cause: error },
    );
  }
}

function checkedEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalidOptions('initOtlp', 'endpoint must be an http or https URL');
  }
  return endpoint.replace(/\/+$/, '');
}

/** A key that was read from a file mostly has a line break at its end. What the header holds is in no message. */
function checkedHeaders(headers: OtlpTarget['headers']): OtlpTarget['headers'] {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w.-]+$/.test(name)) throw invalidOptions('initOtlp', 'a header has a name that cannot be sent');
    if (!/^[\t\x20-\x7e]*$/.test(value))
      throw invalidOptions('initOtlp', `the header ${name} holds what cannot be sent, such as a line break`);
  }
  return headers;
}

function intervalOf(asked: InitOtlpOptions['metrics']): number | undefined {
  if (asked === false) return undefined;
  const intervalMs = typeof asked === 'object' ? asked.intervalMs : 60_000;
  if (!(intervalMs >= 100))
    throw invalidOptions('initOtlp', `metrics.intervalMs must be at least 100, got ${intervalMs}`);
  return intervalMs;
}

/** Stops waiting for a collector that does not answer. */
async function withinTime(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
