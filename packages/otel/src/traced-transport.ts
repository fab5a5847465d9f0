import type { HttpTransport } from '@tako/core';

import { activeTraceContext } from './trace-context.js';

/** The same for a transport as `tracedFetch` for a `fetch`: `tracedTransport(undiciTransport())`. */
export function tracedTransport(inner: HttpTransport): HttpTransport {
  return {
    send: (request) => {
      const { traceparent, tracestate } = activeTraceContext() ?? {};
      if (traceparent === undefined || request.headers['traceparent'] !== undefined) return inner.send(request);
      const headers = { ...request.headers, traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
      return inner.send({ ...request, headers });
    },
  };
}
