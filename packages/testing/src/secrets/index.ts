export { secretResolverConformance } from './conformance/secret-resolver-conformance.js';
export type {
  RefusalKind,
  SecretResolverUnderTest,
  SecretStoreUnderTest,
  StoredSecret,
} from './conformance/store-under-test.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';

export { fakeAws } from './aws/fake-aws.js';
export { fakeAzure } from './azure/fake-azure.js';
export { fakeGcp } from './gcp/fake-gcp.js';
export { fakeVault } from './vault/fake-vault.js';
export { vendorServer } from './server/vendor-server.js';
export type { AwsSecrets } from './aws/aws-vault.js';
export type { FakeAws, FakeAwsOptions } from './aws/fake-aws.js';
export type { AwsKeys } from './aws/signature-v4.js';
export type { AzureVault } from './azure/azure-vault.js';
export type { FakeAzure, FakeAzureOptions } from './azure/fake-azure.js';
export type { FakeGcp, FakeGcpOptions } from './gcp/fake-gcp.js';
export type { FakeVault, FakeVaultOptions } from './vault/fake-vault.js';
export type { KvData, KvEngine, KvRequest } from './vault/kv-engine.js';
export type { VaultToken, VaultTokens } from './vault/vault-tokens.js';
export type { GcpSecrets } from './gcp/gcp-vault.js';
export type { IssuedToken, IssuedTokens } from './server/issued-tokens.js';
export type {
  VendorAnswer,
  VendorFault,
  VendorRequest,
  VendorServer,
  VendorServerOptions,
} from './server/vendor-server.js';
