import type { Provider } from '@tako/core';
import { platformEnvironment } from '@tako/core/provider';

import { tokenSource } from './access-token.js';
import type { VertexOptions } from './options.js';
import { vertexProvider } from './vertex-provider.js';

/**
 * A Gemini on Google Cloud's Vertex AI (the Gemini Enterprise Agent Platform), through `fetch` or any `HttpTransport`.
 *
 * ```ts
 * const model = vertex({ model: 'gemini-3.8-flash', project: 'my-project', accessToken: '$ENV:GOOGLE_ACCESS_TOKEN' });
 * ```
 *
 * @throws `invalid` for an empty model or project, and a location that is none. Nothing is read or sent before the first call.
 */
export function vertex(options: VertexOptions): Provider {
  const { project, location = 'global', accessToken, environment = platformEnvironment(globalThis) } = options;
  return vertexProvider(options, (clock) => {
    const { read, refuse } = tokenSource(accessToken, clock, environment);
    return { project, location, readToken: read, refuseToken: refuse };
  });
}
