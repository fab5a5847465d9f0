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
  | 'recursion'
  | 'search_iteration'
  | 'policy'
  | 'budget'
  | 'secret'
  | 'auth'
  | 'server_request';

/** One piece of work with a beginning and an end. */
export interface Span {
  /** Adds or replaces attributes. */
  set(attributes: Attributes): void;
  /** Notes that something happened now. */
  event(name: string, attributes?: Attributes): void;
  /** Ends the span, once; later calls do nothing. `error` is what the work threw, if it did. */
  end(error?: unknown): void;
  /** Runs `work` with this span as the ambient one, so that spans of foreign libraries nest in it. */
  run<T>(work: () => T): T;
}

/** Somebody who listens. Where nobody does, `Call.tracer` is absent, and tracing costs nothing. */
export interface Tracer {
  /** Starts a span under `parent`, or under the ambient one. */
  start(kind: SpanKind, name: string, attributes?: Attributes, parent?: Span): Span;
}
