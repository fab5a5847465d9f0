export { openai } from './openai.js';
export type { OpenAIApi, OpenAIApiOptions, OpenAIApiRequest } from './api.js';
export type {
  OpenAIClient,
  OpenAIClientRequest,
  OpenAIConnectionOptions,
  OpenAIModelOptions,
  OpenAIOptions,
} from './options.js';
