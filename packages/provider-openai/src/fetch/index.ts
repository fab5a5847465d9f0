export { openai } from './openai.js';
export type { OpenAIConnectionOptions, OpenAIFetchOptions, OpenAIModelOptions } from '../options.js';
