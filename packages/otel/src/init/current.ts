import type { Tracer } from '@tako/core';

/** Telemetry that goes on until it is shut down. */
export interface Telemetry {
  /** To be given to runs, clients and servers. */
  readonly tracer: Tracer;
  /** Sends what there is, for a few seconds at most, and ends. Calling it again changes nothing; it never rejects. */
  shutdown(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

// The one state of this package: OpenTelemetry registers providers for the whole process, and so one is current.
let current: Telemetry | undefined;

/** Makes telemetry current, after what was so before has ended. */
export async function replaceCurrent(make: () => Telemetry | Promise<Telemetry>): Promise<Telemetry> {
  await shutdown();
  const made = await make();
  current = made;
  return made;
}

/** Ends what `init` or `initOtlp` started last: sends what there is, for a few seconds at most. Idempotent; never rejects. */
export async function shutdown(): Promise<void> {
  const ending = current;
  current = undefined;
  await ending?.shutdown();
}

/** Telemetry of a tracer and of work to do at its end, once. */
export function telemetryOf(tracer: Tracer, end: () => Promise<void>): Telemetry {
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => (ended ??= end().catch(() => undefined)); // nobody can do anything about it at the end
  return { tracer, shutdown: close, [Symbol.asyncDispose]: close };
}
