export { bedrock } from './bedrock.js';
export type {
  AwsIdentity,
  BedrockClient,
  BedrockConnectionOptions,
  BedrockCredentials,
  BedrockGuardrail,
  BedrockModelOptions,
  BedrockOptions,
  UrlPrefetchOptions,
} from './options.js';
