import { readCredential, type Credential } from '@tako/core';
import { invalidOptions, providerError } from '@tako/core/provider';

import { authPath } from './auth-path.js';
import type { VaultLogin } from './options.js';
import { source } from './source.js';

/** A pod's identity in Vault. */
export interface KubernetesOptions {
  /** The role in Vault. */
  readonly role: string;
  /** The service account's token, read at each login, for where it is not in a file. @defaultValue what is in `tokenFile` */
  readonly jwt?: Credential | undefined;
  /** Where the platform keeps the token; read at each login, since the platform replaces it. @defaultValue the pod's usual place */
  readonly tokenFile?: string | undefined;
  /** Where the auth method is enabled. @defaultValue `kubernetes` */
  readonly mount?: string | undefined;
}

/**
 * Tokens for a pod that shows its service account's token.
 *
 * Sources: https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#login; for the place of the file
 * https://developer.hashicorp.com/vault/docs/auth/kubernetes (read 2026-11-23).
 *
 * @throws `invalid` for a missing role, or a mount that is no path.
 */
export function kubernetes(options: KubernetesOptions): VaultLogin {
  const { role, mount = 'kubernetes', tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token' } = options;
  const { jwt = () => readToken(tokenFile) } = options;
  if (!role) throw invalidOptions(source, 'kubernetes needs a role');
  return {
    path: authPath(mount),
    body: async ({ environment }) => ({
      role,
      jwt: await readCredential(jwt, `${source}: the service account's token`, environment),
    }),
  };
}

async function readToken(tokenFile: string): Promise<string> {
  try {
    const { readFile } = await import('node:fs/promises');
    return await readFile(tokenFile, 'utf8');
  } catch (cause) {
    const message = `${source}: the file of the service account's token cannot be read`;
    throw providerError('auth', message, { source, cause });
  }
}
