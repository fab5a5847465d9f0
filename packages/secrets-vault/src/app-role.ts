import { readCredential, type Credential } from '@tako/core';

import { authPath } from './auth-path.js';
import type { VaultLogin } from './options.js';

/** A machine's identity in Vault. */
export interface AppRoleOptions {
  readonly roleId: Credential;
  /** Read at each login. Left out where the role asks for none. */
  readonly secretId?: Credential | undefined;
  /** Where the auth method is enabled. @defaultValue `approle` */
  readonly mount?: string | undefined;
}

/**
 * Tokens by AppRole.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle (read 2026-11-23).
 *
 * @throws `invalid` for a mount that is no path.
 */
export function appRole(options: AppRoleOptions): VaultLogin {
  const { roleId, secretId, mount = 'approle' } = options;
  return {
    path: authPath(mount),
    async body({ environment }) {
      const role = { role_id: await readCredential(roleId, 'VaultResolver: roleId', environment) };
      if (secretId === undefined) return role;
      return { ...role, secret_id: await readCredential(secretId, 'VaultResolver: secretId', environment) };
    },
  };
}
