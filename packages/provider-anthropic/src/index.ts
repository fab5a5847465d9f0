export { anthropic } from './anthropic.js';
export type {
  AnthropicClient,
  AnthropicClientRequest,
  AnthropicConnectionOptions,
  AnthropicModelOptions,
  AnthropicOptions,
} from './options.js';
