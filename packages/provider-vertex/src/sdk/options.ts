import type { VertexAI } from '@google-cloud/vertexai';

import type { VertexModelOptions } from '../options.js';

/** Options of `vertex` in `@tako/provider-vertex/sdk`. */
export interface VertexSdkOptions extends VertexModelOptions {
  /** A client of the package `@google-cloud/vertexai`: its project, location, endpoint and credentials are used. */
  readonly client: VertexAI;
}
