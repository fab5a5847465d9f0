export { GcpSecretManagerResolver } from './gcp-secret-manager-resolver.js';
export { metadataServer } from './metadata-server.js';
export { serviceAccount } from './service-account.js';
export { workloadIdentity } from './workload-identity.js';
export type { MetadataServerOptions } from './metadata-server.js';
export type { GcpSecretManagerResolverOptions, GcpToken, GcpTokenContext, GcpTokenSource } from './options.js';
export type { ServiceAccountOptions } from './service-account.js';
export type { WorkloadIdentityOptions } from './workload-identity.js';
