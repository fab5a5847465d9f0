import type { Tracer } from '@tako/core';
import { initOtlp, shutdown } from '@tako/otel/init';

import type { GatewayConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** Who listens, and what sends the rest and stops. */
export interface BuiltTelemetry extends AsyncDisposable {
  readonly tracer: Tracer;
}

/** Spans and metrics to the collector of a config. One that cannot be reached slows nothing. */
export async function buildTelemetry(
  {
    endpoint,
    protocol,
    headers = {},
    serviceName = 'tako-gateway',
    sampler,
    metrics,
    flushMs = 2_000,
  }: NonNullable<GatewayConfig['telemetry']>,
  credentials: Credentials,
): Promise<BuiltTelemetry> {
  const read = Object.entries(headers).map(
    async ([name, text]) => [name, await credentials.read(text, `telemetry.headers.${name}`)] as const,
  );
  const { tracer } = await initOtlp({
    endpoint,
    protocol,
    headers: Object.fromEntries(await Promise.all(read)),
    resource: { 'service.name': serviceName },
    sampler,
    metrics,
    shutdownTimeoutMs: flushMs,
  });
  return { tracer, [Symbol.asyncDispose]: () => shutdown() };
}
