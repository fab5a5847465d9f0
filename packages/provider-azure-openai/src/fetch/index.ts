export { azureOpenAI } from './azure-openai.js';
export type {
  AzureOpenAIConnectionOptions,
  AzureOpenAICredentialOptions,
  AzureOpenAIEndpointOptions,
  AzureOpenAIFetchOptions,
  AzureOpenAIModelOptions,
} from '../options.js';
