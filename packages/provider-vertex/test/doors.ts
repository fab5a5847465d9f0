import { VertexAI } from '@google-cloud/vertexai';
import type { Provider } from '@tako/core';
import { vertex as byFetch, type VertexModelOptions } from '@tako/provider-vertex';
import { vertex as bySdk } from '@tako/provider-vertex/sdk';
import { vi } from 'vitest';

/** Options that both doors take. */
export interface SharedOptions extends VertexModelOptions {
  readonly accessToken: string;
}

/** Both doors to the same models, by name. */
export const doors: readonly (readonly [door: string, vertex: (options: SharedOptions) => Provider])[] = [
  ['fetch', (options) => byFetch({ project: 'my-project', location: 'eu', ...options })],
  ['SDK', ({ accessToken, ...options }) => bySdk({ client: clientWith(() => accessToken), ...options })],
];

/** A client whose credentials are these. */
export function clientWith(token: () => string, apiEndpoint?: string): VertexAI {
  const silenced = vi.spyOn(console, 'warn').mockImplementation(() => undefined); // each client says that it is deprecated
  try {
    const credentials = { getAccessToken: async () => ({ token: token(), res: null }) };
    return new VertexAI({
      project: 'my-project',
      location: 'eu',
      ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
      // The part of an OAuth2Client that is used here.
      googleAuthOptions: { authClient: credentials as never },
    });
  } finally {
    silenced.mockRestore();
  }
}
