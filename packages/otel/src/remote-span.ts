import { context as contexts, type Context } from '@opentelemetry/api';
import type { Span, SpanKind, TraceContext } from '@tako/core';

/** A span of another process: others nest in it, and nothing can be told of it here. */
export class RemoteSpan implements Span {
  readonly kind: SpanKind;
  readonly #from: TraceContext;
  readonly #context: Context;

  constructor(kind: SpanKind, from: TraceContext, context: Context) {
    this.kind = kind;
    this.#from = from;
    this.#context = context;
  }

  /** What runs inside of a span; `undefined` for a span that is no such one. */
  static contextOf(span: Span): Context | undefined {
    return #context in span ? span.#context : undefined;
  }

  set(): void {}

  event(): void {}

  end(): void {}

  run<T>(work: () => T): T {
    return contexts.with(this.#context, work);
  }

  traceContext(): TraceContext {
    return this.#from;
  }
}
