export { vertex } from './vertex.js';
export type { VertexAccessToken, VertexCredential, VertexModelOptions, VertexOptions } from './options.js';
export type { VertexSafetySetting } from './vertex-request.js';
