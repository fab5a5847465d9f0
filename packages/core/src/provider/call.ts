import type { Span, Tracer } from '../telemetry/tracer.js';
import { anonymous, type Principal } from './principal.js';
import type { ProviderLayer } from './provider.js';

/** What a run has from the runs around it. */
export interface Enclosing {
  /**
   * Goes around every model call of the run: it counts and limits what all runs of the tree use together. Whoever asks a
   * model on behalf of a run (a judge, a router) does so by `chat`, which applies it.
   */
  readonly layer: ProviderLayer;
  /** How many levels of runs may still open below this one. */
  readonly depthLeft: number;
  /** How many further rounds (revisions, new plans) the runs below may still take. */
  readonly roundsLeft: number;
}

/** What travels with a request and never reaches the vendor. */
export interface Call {
  /** Aborts the call. Everything that waits on its behalf listens to it. */
  readonly signal: AbortSignal;
  readonly principal: Principal;
  /** Groups all calls of one run, however deep: budgets per run and traces go by it. */
  readonly runId: string;
  /** Present only when somebody listens. */
  readonly tracer?: Tracer | undefined;
  /** The span that this call happens in. */
  readonly span?: Span | undefined;
  /** Absent in a run that no other run has started. */
  readonly enclosing?: Enclosing | undefined;
  /**
   * Whether somebody reads along. `false` lets a provider ask its vendor for the answer in one piece, which costs the vendor,
   * the network and this process less, and tells it as one burst of events: what is broken off then has no `partial`.
   *
   * @defaultValue true
   */
  readonly streaming?: boolean | undefined;
}

/** What is known of a call. */
export type CallOptions = { readonly [Field in keyof Call]?: Call[Field] | undefined };

/**
 * A call from what is known of it; the rest is filled in: a signal that never aborts, the anonymous
 * principal, a random run id.
 */
export function call(options: CallOptions = {}): Call {
  return {
    signal: options.signal ?? new AbortController().signal,
    principal: options.principal ?? anonymous,
    runId: options.runId ?? crypto.randomUUID(),
    tracer: options.tracer,
    span: options.span,
    enclosing: options.enclosing,
    streaming: options.streaming,
  };
}
