import { systemClock, type Clock, type Provider } from '@tako/core';
import { fetchTransport, httpProvider, invalidOptions } from '@tako/core/provider';

import { vertexCapabilities } from './capabilities.js';
import { vertexBaseUrl, vertexResource } from './connection.js';
import { vertexError } from './errors.js';
import { fromVertexSse } from './from-vertex-stream.js';
import { fromVertex } from './from-vertex.js';
import type { VertexModelOptions } from './options.js';
import { vertexPrice } from './prices.js';
import { toVertex } from './to-vertex.js';

/** Who asks, and where. */
export interface VertexAccount {
  readonly project: string;
  readonly location: string;
  /** The address up to the version, where it is not the location's. */
  readonly baseUrl?: string | undefined;
  /** Gives the token to use now. @throws `auth` when there is none. */
  readonly readToken: () => Promise<string>;
  /** Is told of a token that the vendor refused. */
  readonly refuseToken?: ((token: string) => void) | undefined;
}

/** What both doors have in common: a provider over any account. */
export function vertexProvider(options: VertexModelOptions, toAccount: (clock: Clock) => VertexAccount): Provider {
  const { model, headers = {}, timeouts, clock = systemClock(globalThis) } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init), transport = fetchTransport(fetch) } = options;
  const { project, location, baseUrl, readToken, refuseToken } = toAccount(clock);
  if (!/^(?!\.+$)[\w.:-]+$/.test(project)) throw invalidOptions('vertex', 'project must be the id of a project');
  const root = (options.baseUrl ?? baseUrl ?? vertexBaseUrl(location)).replace(/\/+$/, '');
  const url = `${root}/${vertexResource({ project, location, model })}`;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const id = `vertex:${model}`;
  const capabilities = { ...vertexCapabilities(model), ...options.capabilities };
  return httpProvider({
    id,
    capabilities,
    price: options.price ?? vertexPrice(model),
    timeouts,
    clock,
    toVendor(request) {
      const { body, warnings } = toVertex(request, { ...options, source: id, capabilities });
      return { asked: body, warnings };
    },
    async send(body, { stream, signal }) {
      const token = await readToken();
      const answer = await transport.send({
        method: 'POST',
        url: url + (stream ? ':streamGenerateContent?alt=sse' : ':generateContent'),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...Object.fromEntries(named),
        },
        body: JSON.stringify(body),
        signal,
      });
      // The next call asks for another token. This one is not repeated: that is for whoever retries.
      if (answer.status === 401) refuseToken?.(token);
      return { answer, secrets: [token] };
    },
    fromStream: fromVertexSse,
    fromWhole: fromVertex,
    toStatusError: vertexError,
  });
}
