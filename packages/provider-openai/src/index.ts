export { openai } from './openai.js';
export type {
  OpenAIClient,
  OpenAIClientRequest,
  OpenAIConnectionOptions,
  OpenAIModelOptions,
  OpenAIOptions,
} from './options.js';
