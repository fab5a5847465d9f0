import { readCredential, type Provider } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

import { vertexProvider } from '../vertex-provider.js';
import type { VertexSdkOptions } from './options.js';

/**
 * A Gemini on Google Cloud's Vertex AI, with the project, location, endpoint and credentials of a client of the package
 * `@google-cloud/vertexai`.
 *
 * The client signs, and the requests are sent as `@tako/provider-vertex` sends them: its own calls cannot be aborted, go
 * to https addresses alone, leave a timer behind, take a stream that broke off for one that ended, and drop every field that is
 * newer than the package.
 *
 * ```ts
 * const model = vertex({ model: 'gemini-2.5-flash', client: new VertexAI({ project: 'my-project', location: 'us-central1' }) });
 * ```
 *
 * @throws `invalid` for an empty model, and a client that is none. Nothing is read or sent before the first call.
 */
export function vertex(options: VertexSdkOptions): Provider {
  const { project, location, apiEndpoint, googleAuth } = partsOf(options.client);
  return vertexProvider(options, () => ({
    project,
    location,
    baseUrl: apiEndpoint === undefined ? undefined : `https://${apiEndpoint}/v1`,
    readToken: async () => readCredential((await googleAuth.getAccessToken()) ?? '', 'vertex: the token of the client'),
  }));
}

/** What a client is made of. Its types keep these private, and it has no other door to them; tried with 1.12, the last one. */
interface ClientParts {
  readonly project: string;
  readonly location: string;
  readonly apiEndpoint?: string | undefined;
  readonly googleAuth: { getAccessToken(): Promise<string | null | undefined> };
}

function partsOf(client: unknown): ClientParts {
  const { project, location, apiEndpoint, googleAuth }: { readonly [field: string]: unknown } = Object(client);
  if (typeof project !== 'string' || typeof location !== 'string' || !canSign(googleAuth)) {
    throw invalidOptions('vertex', 'client must be a VertexAI of the package @google-cloud/vertexai');
  }
  return { project, location, googleAuth, apiEndpoint: typeof apiEndpoint === 'string' ? apiEndpoint : undefined };
}

function canSign(auth: unknown): auth is ClientParts['googleAuth'] {
  return typeof auth === 'object' && auth !== null && 'getAccessToken' in auth;
}
