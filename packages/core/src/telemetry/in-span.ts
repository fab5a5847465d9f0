import { toTakoError } from '../error/make-error.js';
import type { Call } from '../provider/call.js';
import type { Attributes, Span, SpanKind } from './tracer.js';

/** What a span is started with. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly name: string;
  readonly attributes?: Attributes | undefined;
}

/**
 * Does a piece of a call's work in a span of its own, where somebody listens. The span ends with the work, or as soon as
 * the call's signal aborts: work that does not listen to it must not keep a span open.
 *
 * @throws what the work throws.
 */
export async function inSpan<T>(
  call: Call,
  { kind, name, attributes }: SpanStart,
  work: (call: Call, span: Span | undefined) => T | Promise<T>,
): Promise<T> {
  const { tracer, signal } = call;
  if (tracer === undefined) return work(call, undefined);
  const span = tracer.start(kind, name, attributes, call.span);
  const onAbort = (): void => {
    span.end(toTakoError(signal.reason, 'cancelled', 'the call was cancelled by its caller'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await span.run(() => work({ ...call, span }, span));
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
