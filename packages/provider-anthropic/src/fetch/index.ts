export { anthropic } from './anthropic.js';
export type { AnthropicConnectionOptions, AnthropicFetchOptions, AnthropicModelOptions } from '../options.js';
