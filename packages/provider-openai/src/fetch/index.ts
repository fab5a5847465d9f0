export { openai } from './openai.js';
export type { OpenAIApi, OpenAIApiOptions, OpenAIApiRequest } from '../api.js';
export type { OpenAIConnectionOptions, OpenAIFetchOptions, OpenAIModelOptions } from '../options.js';
