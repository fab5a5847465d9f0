import { customTracer, type Span, type Tracer } from '@tako/core';

/** A tracer that tells two. The first one's spans are the ambient ones, and those that other processes go on with. */
export function both(one: Tracer, other: Tracer): Tracer {
  const others = new WeakMap<Span, { readonly first: Span; readonly second: Span | undefined }>();
  const joined = (first: Span, second: Span | undefined): Span => {
    const span: Span = {
      kind: first.kind,
      content: first.content,
      set(attributes) {
        first.set(attributes);
        second?.set(attributes);
      },
      event(name, attributes) {
        first.event(name, attributes);
        second?.event(name, attributes);
      },
      end(error) {
        first.end(error);
        second?.end(error);
      },
      run: (work) => first.run(work),
      traceContext: () => first.traceContext?.(),
    };
    others.set(span, { first, second });
    return span;
  };
  return customTracer({
    start(kind, name, attributes, parent) {
      const above = parent === undefined ? undefined : others.get(parent);
      return joined(
        one.start(kind, name, attributes, above?.first),
        other.start(kind, name, attributes, above?.second),
      );
    },
    remote(context, kind) {
      const first = one.remote?.(context, kind);
      return first === undefined ? undefined : joined(first, undefined);
    },
  });
}
