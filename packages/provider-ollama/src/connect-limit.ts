import { TakoError, type Clock, type HttpRequest, type HttpResponse, type HttpTransport } from '@tako/core';

/** How to find out whether a server is there. */
export interface ConnectLimit {
  /** In milliseconds. `Infinity` turns the limit off. */
  readonly connectMs: number;
  readonly clock: Clock;
  /** The provider's id, for errors. */
  readonly source: string;
  /** An address that the server answers at once, whatever else it is doing. */
  readonly probeUrl: string;
}

/**
 * Sends a request to a server that must show within `connectMs` that it is there.
 *
 * Ollama sends no headers before the model is loaded and has read the prompt, which may take minutes: they cannot tell a
 * busy server from a dead one. So when half of the time is over without headers, `probeUrl` is asked too, once; any answer
 * to that will do.
 *
 * @throws `timeout` with `details.limit` `connect`; what the transport throws.
 */
export function sendWithin(limit: ConnectLimit, transport: HttpTransport, request: HttpRequest): Promise<HttpResponse> {
  const { connectMs, clock, source, probeUrl } = limit;
  return new Promise((resolve, reject) => {
    const ending = new AbortController(); // ends the request, its body too
    const probing = new AbortController();
    const onAbort = (): void => ending.abort(request.signal.reason);
    request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.signal.aborted) onAbort();

    let isThere = false;
    const probe = async (): Promise<void> => {
      try {
        await transport.send({ method: 'GET', url: probeUrl, headers: {}, signal: probing.signal });
        isThere = true;
        probing.abort(); // nobody reads the body
      } catch {
        // not there: the limit tells
      }
    };
    const stopProbe = clock.after(connectMs / 2, () => void probe());
    const stopLimit = clock.after(connectMs, () => {
      if (isThere) return;
      const details = { limit: 'connect', limitMs: connectMs };
      const error = new TakoError('timeout', `${source}: no answer within ${connectMs} ms`, { source, details });
      reject(error);
      ending.abort(error);
    });
    const settle = (): void => {
      stopProbe();
      stopLimit();
      probing.abort();
    };
    ending.signal.addEventListener('abort', settle, { once: true });
    transport
      .send({ ...request, signal: ending.signal })
      .then(resolve, reject)
      .finally(settle)
      .catch(reject);
  });
}
