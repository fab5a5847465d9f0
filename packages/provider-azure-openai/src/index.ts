export { azureOpenAI } from './azure-openai.js';
export type {
  AzureOpenAIClient,
  AzureOpenAIClientRequest,
  AzureOpenAIConnectionOptions,
  AzureOpenAICredentialOptions,
  AzureOpenAIEndpointOptions,
  AzureOpenAIModelOptions,
  AzureOpenAIOptions,
} from './options.js';
