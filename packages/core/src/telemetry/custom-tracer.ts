import { traceCalls } from './trace-calls.js';
import { traceRun } from './trace-run.js';
import type { Span, Tracer } from './tracer.js';

/** What `customTracer` takes: how spans are started, here and where another process began. */
export type TracerOptions = Pick<Tracer, 'remote' | 'start'>;

/**
 * A tracer of a function that starts spans. Hand it to a run (`run(input, { tracer })`) or to a `Client`.
 *
 * The attributes that spans come with are listed in `docs/telemetry.md`.
 */
export function customTracer({ start, remote }: TracerOptions): Tracer {
  const depths = new WeakMap<Span, number>();
  const tracer: Tracer = {
    start(kind, name, attributes, parent) {
      const above = parent === undefined ? undefined : depths.get(parent);
      const isRun = kind === 'run';
      // A run that no other has started is at depth 0.
      const depth = isRun ? (above ?? -1) + 1 : above;
      const span = start(kind, name, isRun ? { ...attributes, depth } : attributes, parent);
      if (depth !== undefined) depths.set(span, depth);
      return span;
    },
    remote,
    calls: (provider) => traceCalls(tracer)(provider),
    run: (...run) => traceRun(tracer, ...run),
  };
  return tracer;
}
