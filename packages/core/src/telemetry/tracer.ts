import type { RunInput, RunOptions } from '../orchestrator/orchestrator.js';
import type { RunEvent } from '../orchestrator/run-event.js';
import type { Provider } from '../provider/provider.js';
import type { OpenRun, RunParts } from './run-parts.js';

/** A value that a span or an event of a span can carry. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Named values. `undefined` is left out. */
export type Attributes = { readonly [name: string]: AttributeValue | undefined };

/** What a span is about. Adapters map it to their own conventions. */
export type SpanKind =
  | 'run'
  | 'step'
  | 'model_call'
  | 'tool'
  | 'mcp_call'
  | 'router'
  | 'verifier'
  | 'guard'
  | 'branch'
  | 'recursion'
  | 'search_iteration'
  | 'policy'
  | 'budget'
  | 'secret'
  | 'auth'
  | 'server_request';

/** What people and models said, in the places of a span where it can be told. */
export type SpanContent = 'input' | 'output' | 'arguments' | 'result' | 'reason' | 'task';

/** A span's place in a trace, as HTTP and MCP carry it. Source: https://www.w3.org/TR/trace-context/ (read 2026-11-23). */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

/** One piece of work with a beginning and an end. */
export interface Span {
  readonly kind: SpanKind;
  /** Adds or replaces attributes. They never hold what people or models said. */
  set(attributes: Attributes): void;
  /** Notes that something happened now. */
  event(name: string, attributes?: Attributes): void;
  /** Takes what was said: messages, arguments, results. Absent where nobody wants it, which is the rule. */
  readonly content?: ((name: SpanContent, value: unknown) => void) | undefined;
  /** Ends the span, once; later calls do nothing. `error` is what the work threw, if it did. */
  end(error?: unknown): void;
  /** Runs `work` with this span as the ambient one, so that spans of foreign libraries nest in it. */
  run<T>(work: () => T): T;
  /** For another process to go on with this trace. Absent where the tracer has no such thing. */
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
}

/** Starts a span under `parent`, or under the ambient one. */
export type StartSpan = (kind: SpanKind, name: string, attributes?: Attributes, parent?: Span) => Span;

/**
 * Somebody who listens. Where nobody does, `Call.tracer` is absent, and tracing costs nothing. `customTracer` makes one of
 * a function that starts spans: how runs and calls become spans comes with the tracer, so that an agent without one does
 * not carry it.
 */
export interface Tracer {
  readonly start: StartSpan;
  /** A span that goes on with a trace of another process; it cannot be ended here. Absent where there is no such thing. */
  readonly remote?: ((context: TraceContext, kind: SpanKind) => Span | undefined) | undefined;
  /** The same provider, each of its calls a span. */
  calls(provider: Provider): Provider;
  /** What `open` streams, as a span, with spans for the steps, model calls, tools and routes of the parts. */
  run<Parts extends RunParts, Output>(
    open: OpenRun<Parts, Output>,
    parts: Parts,
    input: RunInput,
    options: RunOptions,
  ): AsyncGenerator<RunEvent<Output>, void, undefined>;
}
