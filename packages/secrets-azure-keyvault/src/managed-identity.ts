import { invalidOptions, providerError, secureUrl } from '@tako/core/provider';

import type { AzureTokenContext, AzureTokenSource } from './options.js';
import { readToken } from './token-answer.js';

/** Whose identity: the machine's own, or one that was given to it. */
export interface ManagedIdentityOptions {
  /** Client id of a user-assigned identity. @defaultValue the system-assigned identity */
  readonly clientId?: string | undefined;
  /** Where the instance metadata service is. @defaultValue `http://169.254.169.254` */
  readonly metadataUrl?: string | undefined;
}

const source = 'AzureKeyVaultResolver';
const metadataService = 'http://169.254.169.254';

/**
 * Tokens for the identity of the machine: from App Service, Functions or Container Apps where `IDENTITY_ENDPOINT` and
 * `IDENTITY_HEADER` are in the environment, else from the instance metadata service (IMDS) of virtual machines and Kubernetes.
 * Service Fabric and Azure Arc, which ask for more than that, are `unsupported`.
 *
 * Sources: https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token and
 * https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity#rest-endpoint-reference (read 2026-11-23).
 */
export function managedIdentity(options: ManagedIdentityOptions = {}): AzureTokenSource {
  const { clientId } = options;
  return async (context) => {
    const { resource, send, clock, signal } = context;
    const { url, headers, version } = endpoint(context, options.metadataUrl);
    const query = new URLSearchParams({ 'api-version': version, resource });
    if (clientId !== undefined) query.set('client_id', clientId);
    const what = 'a token of the managed identity';
    const answer = await send({ what, method: 'GET', url: `${url}?${query.toString()}`, headers, signal });
    if (answer.status === 404 || answer.status === 410) {
      // So answers IMDS while it is updated: https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
      const message = `${source}: the managed identity gave no token (${answer.status}); try again`;
      throw providerError('transport', message, { source, status: answer.status });
    }
    return readToken(answer, clock, 'the managed identity');
  };
}

function endpoint(
  { environment }: AzureTokenContext,
  metadataUrl: string | undefined,
): { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly version: string } {
  const {
    IDENTITY_ENDPOINT: address,
    IDENTITY_HEADER: key,
    IDENTITY_SERVER_THUMBPRINT: fabric,
    IMDS_ENDPOINT: arc,
  } = environment;
  if (metadataUrl === undefined && address && (fabric || (arc && !key))) {
    throw providerError('unsupported', `${source}: managedIdentity works neither on Service Fabric nor on Azure Arc`);
  }
  if (metadataUrl === undefined && address && key) {
    return { url: localUrl(address), headers: { 'x-identity-header': key }, version: '2019-08-01' };
  }
  const base =
    metadataUrl === undefined
      ? metadataService
      : secureUrl(metadataUrl, source, 'metadataUrl').href.replace(/\/+$/, '');
  return { url: `${base}/metadata/identity/oauth2/token`, headers: { metadata: 'true' }, version: '2018-02-01' };
}

/** App Service's endpoint is http, on loopback or on a link-local address. */
function localUrl(address: string): string {
  const url = URL.parse(address);
  if (
    url?.protocol === 'http:' &&
    /^169\.254\.\d+\.\d+$/.test(url.hostname) &&
    url.username === '' &&
    url.search === ''
  ) {
    return url.href;
  }
  if (url === null) throw invalidOptions(source, 'IDENTITY_ENDPOINT is no address');
  return secureUrl(address, source, 'IDENTITY_ENDPOINT').href;
}
