export { mistral } from './mistral.js';
export type { MistralConnectionOptions, MistralOptions } from './options.js';
