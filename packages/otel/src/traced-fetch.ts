import type { Fetch } from '@tako/core/provider';

import { activeTraceContext } from './trace-context.js';

/**
 * A `fetch` that tells whoever is called which span the call belongs to, in W3C Trace Context headers (`traceparent`,
 * `tracestate`): the gateway or the model server behind a provider goes on with the same trace. Headers that are set already
 * stay. Outside of a span, and without a context manager (`initOtlp` starts one), nothing is added.
 *
 * ```ts
 * const model = openai({ model: 'gpt-6-luna', baseUrl: 'https://models.acme.example/v1', fetch: tracedFetch() });
 * ```
 *
 * @param inner what sends the requests; the platform's `fetch` by default
 */
export function tracedFetch(inner: Fetch = (url, init) => fetch(url, init)): Fetch {
  return (url, init) => {
    const { traceparent, tracestate } = activeTraceContext() ?? {};
    const headers = new Headers(init.headers);
    if (traceparent === undefined || headers.has('traceparent')) return inner(url, init);
    headers.set('traceparent', traceparent);
    if (tracestate !== undefined) headers.set('tracestate', tracestate);
    return inner(url, { ...init, headers });
  };
}
