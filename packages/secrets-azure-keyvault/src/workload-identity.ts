import { readCredential, type Credential } from '@tako/core';
import { invalidOptions, providerError } from '@tako/core/provider';

import { exchange } from './exchange.js';
import type { AzureTokenSource } from './options.js';

/** A workload whose platform, Kubernetes for instance, vouches for it. */
export interface WorkloadIdentityOptions {
  /** @defaultValue `AZURE_CLIENT_ID` of the environment */
  readonly clientId?: string | undefined;
  /** @defaultValue `AZURE_TENANT_ID` of the environment, or the one that the vault names */
  readonly tenantId?: string | undefined;
  /** The platform's token, read at each sign-in, for where it is not in a file. @defaultValue what is in `tokenFile` */
  readonly assertion?: Credential | undefined;
  /** Where the platform keeps its token; read at each sign-in. @defaultValue `AZURE_FEDERATED_TOKEN_FILE` of the environment */
  readonly tokenFile?: string | undefined;
}

/**
 * Tokens for a workload that shows its platform's token. `AZURE_AUTHORITY_HOST` of the environment, which the platform sets, says
 * where.
 *
 * Sources: https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html and
 * https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
 * (read 2026-11-23).
 */
export function workloadIdentity(options: WorkloadIdentityOptions = {}): AzureTokenSource {
  const source = 'AzureKeyVaultResolver';
  return async (context) => {
    const { environment } = context;
    const { clientId = environment['AZURE_CLIENT_ID'], tenantId = environment['AZURE_TENANT_ID'] } = options;
    const { assertion, tokenFile = environment['AZURE_FEDERATED_TOKEN_FILE'] } = options;
    if (!clientId) throw invalidOptions(source, 'workloadIdentity needs clientId, or AZURE_CLIENT_ID');
    const credential = assertion ?? (() => readToken(tokenFile));
    const form = {
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await readCredential(credential, `${source}: the workload's token`, environment),
    };
    return exchange(context, tenantId || undefined, form, environment['AZURE_AUTHORITY_HOST'] || undefined);
  };

  async function readToken(tokenFile: string | undefined): Promise<string> {
    if (!tokenFile) throw invalidOptions(source, 'workloadIdentity needs tokenFile, or AZURE_FEDERATED_TOKEN_FILE');
    try {
      const { readFile } = await import('node:fs/promises');
      return await readFile(tokenFile, 'utf8');
    } catch (error) {
      throw providerError('auth', `${source}: the file of the workload's token cannot be read`, {
        source,
        cause: error,
      });
    }
  }
}
