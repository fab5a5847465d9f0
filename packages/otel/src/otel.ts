import { context, metrics, trace, type Context, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { customTracer, invalidOptions, type Span, type SpanContent, type SpanKind, type Tracer } from '@tako/core';

import { instruments, scope, type Instruments } from './instruments.js';
import { LabelLimit } from './label-limit.js';
import { LabelSets } from './label-sets.js';
import { OtelSpan, type SpanSurroundings } from './otel-span.js';
import { RemoteSpan } from './remote-span.js';
import { spanShape } from './span-shape.js';
import { startAttributes } from './to-otel-attributes.js';
import { fromTraceContext } from './trace-context.js';

/** A place where what was said can be told. */
export type ContentField = SpanContent;

/** What `otel` takes. */
export interface OtelOptions {
  /** @defaultValue the one that is registered when a span starts */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the one that is registered when a span starts */
  readonly meterProvider?: MeterProvider | undefined;
  /** Whether prompts, answers, arguments and results go into the trace. @defaultValue false */
  readonly captureContent?: boolean | undefined;
  /** Sees each text before it is told, and gives what may be told. What it throws keeps the text back. @defaultValue all of it */
  readonly redact?: ((text: string, field: ContentField) => string) | undefined;
  /** Largest content attribute, in bytes; beyond it texts are cut, then the first messages left out. @defaultValue 16384 */
  readonly maxContentBytes?: number | undefined;
  /** Values that one label of a metric takes; all further ones are `_OTHER`. @defaultValue 200 */
  readonly maxLabelValues?: number | undefined;
  /** Kinds of spans that are wanted. What happens in others is told in the span around them. @defaultValue all */
  readonly isWanted?: ((kind: SpanKind) => boolean) | undefined;
}

/**
 * A tracer for runs and clients that tells OpenTelemetry: spans and metrics by the GenAI conventions, release v0.1.0, the
 * rest as `tako.*`. The mapping is listed in `docs/telemetry.md`. It brings no SDK: without one nothing happens.
 *
 * ```ts
 * const { text } = await agent.run('Is it raining in Bergen?', { tracer: otel() });
 * ```
 *
 * @throws `invalid` for options that cannot work.
 */
export function otel(options: OtelOptions = {}): Tracer {
  return otelTracer(options, measuring(options));
}

/** The same, where what counts is made elsewhere. */
export function otelTracer(options: OtelOptions, measured: () => Instruments): Tracer {
  const {
    captureContent = false,
    redact = (text: string): string => text,
    maxContentBytes = 16_384,
    maxLabelValues = 200,
    isWanted = () => true,
  } = options;
  if (!(maxContentBytes >= 64))
    throw invalidOptions('otel', `maxContentBytes must be at least 64, got ${maxContentBytes}`);
  if (!(maxLabelValues >= 1)) throw invalidOptions('otel', `maxLabelValues must be at least 1, got ${maxLabelValues}`);
  const content = captureContent ? { redact, maxBytes: maxContentBytes } : undefined;
  const labels = new LabelSets(new LabelLimit(maxLabelValues));
  const given = options.tracerProvider?.getTracer(scope);
  const surroundings: SpanSurroundings = { content, labels, instruments: measured };

  return customTracer({
    start(kind, name, attributes = {}, parent) {
      const around = contextOf(parent) ?? context.active();
      if (!isWanted(kind)) return new OtelSpan({ kind, attributes, span: undefined, context: around }, surroundings);
      const shape = spanShape(kind, name, attributes);
      const told = startAttributes(kind, attributes);
      if (shape.operation !== undefined) told['gen_ai.operation.name'] = shape.operation;
      // What is registered is asked for anew for each span: who registers another provider is heard at once.
      const teller = given ?? trace.getTracerProvider().getTracer(scope);
      const own = teller.startSpan(shape.name, { kind: shape.kind, attributes: told }, around);
      return new OtelSpan({ kind, attributes, span: own, context: trace.setSpan(around, own) }, surroundings);
    },
    remote(from, kind) {
      const found = fromTraceContext(from);
      return found && new RemoteSpan(kind, from, trace.setSpanContext(context.active(), found));
    },
  });
}

/** What runs inside of a span of ours, in whichever tracer it was made. */
function contextOf(span: Span | undefined): Context | undefined {
  return span === undefined ? undefined : (OtelSpan.contextOf(span) ?? RemoteSpan.contextOf(span));
}

/** The instruments of the provider that there is: made anew when another one is registered. */
function measuring({ meterProvider }: OtelOptions): () => Instruments {
  let made: { readonly of: MeterProvider; readonly instruments: Instruments } | undefined;
  return () => {
    const provider = meterProvider ?? metrics.getMeterProvider();
    if (made?.of !== provider) made = { of: provider, instruments: instruments(provider.getMeter(scope)) };
    return made.instruments;
  };
}
