import { traceCalls } from './trace-calls.js';
import { traceRun } from './trace-run.js';
import type { Span, SpanKind, Tracer } from './tracer.js';

/** What `customTracer` takes: how spans are started, here and where another process began. */
export type TracerOptions = Pick<Tracer, 'remote' | 'start'>;

/**
 * A tracer of a function that starts spans. Hand it to a run (`run(input, { tracer })`) or to a `Client`.
 *
 * The attributes that spans come with are listed in `docs/telemetry.md`.
 */
export function customTracer({ start, remote }: TracerOptions): Tracer {
  /** Depths that are not those that spans of their kind mostly have: a weak entry for each span would be dear. */
  const unusual = new WeakMap<Span, number>();
  const tracer: Tracer = {
    start(kind, name, attributes, parent) {
      const above = parent === undefined ? outside : (unusual.get(parent) ?? usualDepth(parent.kind));
      const isRun = kind === 'run';
      const depth = isRun ? above + 1 : above;
      const span = start(kind, name, isRun ? { ...attributes, depth } : attributes, parent);
      if (depth !== usualDepth(kind)) unusual.set(span, depth);
      return span;
    },
    remote,
    calls: (provider) => traceCalls(tracer)(provider),
    run: (...run) => traceRun(tracer, ...run),
  };
  return tracer;
}

/** The depth of what no run is around. A run that no other has started is at depth 0. */
const outside = -1;

function usualDepth(kind: SpanKind): number {
  return kind === 'server_request' || kind === 'auth' ? outside : 0;
}
