export { AzureKeyVaultResolver } from './azure-key-vault-resolver.js';
export { clientSecret } from './client-secret.js';
export { managedIdentity } from './managed-identity.js';
export { workloadIdentity } from './workload-identity.js';
export type { ClientSecretOptions } from './client-secret.js';
export type { ManagedIdentityOptions } from './managed-identity.js';
export type { AzureKeyVaultResolverOptions, AzureToken, AzureTokenContext, AzureTokenSource } from './options.js';
export type { WorkloadIdentityOptions } from './workload-identity.js';
