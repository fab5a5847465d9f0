export { VaultAuth } from './vault-auth.js';
export type { VaultAuthOptions } from './vault-auth.js';
