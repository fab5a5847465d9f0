export { vertex } from './vertex.js';
export type { VertexSdkOptions } from './options.js';
export type { VertexModelOptions } from '../options.js';
export type { VertexSafetySetting } from '../vertex-request.js';
