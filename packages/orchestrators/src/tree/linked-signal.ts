/** A signal that aborts with any of those above it, and can be aborted by itself. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Takes its listeners off the signals above. */
  unlink(): void;
}

export function linkedSignal(...above: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const links = above.flatMap((signal) => (signal === undefined ? [] : [link(signal, controller)]));
  return {
    signal: controller.signal,
    abort(reason) {
      controller.abort(reason);
    },
    unlink() {
      for (const cut of links) cut();
    },
  };
}

function link(signal: AbortSignal, controller: AbortController): () => void {
  const onAbort = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
  };
}
