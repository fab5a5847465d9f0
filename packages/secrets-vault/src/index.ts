export { appRole } from './app-role.js';
export { kubernetes } from './kubernetes.js';
export { VaultResolver } from './vault-resolver.js';
export type { AppRoleOptions } from './app-role.js';
export type { KubernetesOptions } from './kubernetes.js';
export type { VaultLogin, VaultResolverOptions, VaultToken, VaultTokenContext, VaultTokenSource } from './options.js';
