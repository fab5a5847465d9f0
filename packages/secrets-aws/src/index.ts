export { AwsSecretsManagerResolver } from './aws-secrets-manager-resolver.js';
export type {
  AwsIdentity,
  AwsSecretsManagerClient,
  AwsSecretsManagerConnectionOptions,
  AwsSecretsManagerCredentials,
  AwsSecretsManagerResolverOptions,
} from './options.js';
