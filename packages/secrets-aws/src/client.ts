import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { readCredential } from '@tako/core';
import { fetchTransport, platformEnvironment, secureUrl, toTakoError } from '@tako/core/provider';

import { httpHandler } from './http-handler.js';
import type {
  AwsIdentity,
  AwsSecretsManagerClient,
  AwsSecretsManagerConnectionOptions,
  AwsSecretsManagerCredentials,
} from './options.js';

const source = 'AwsSecretsManagerResolver';

/**
 * Makes a client when it is first asked for, and keeps it. It reads no more of its environment than credentials and region, and
 * only where the options leave them open.
 *
 * @throws `invalid` for an endpoint that is not https.
 */
export function clientOf(options: AwsSecretsManagerConnectionOptions): () => Promise<AwsSecretsManagerClient> {
  const { region, credentials, profile, endpointUrl, environment = platformEnvironment(globalThis) } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init) } = options;
  if (endpointUrl !== undefined) secureUrl(endpointUrl, source, 'endpointUrl');
  const config = {
    requestHandler: httpHandler(fetchTransport(fetch)),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    ignoreConfiguredEndpointUrls: true,
    region,
    profile,
    endpoint: endpointUrl,
    credentials: credentials && identityOf(credentials, environment),
  };
  let client: AwsSecretsManagerClient | undefined;
  return async () => {
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    client ??= new SecretsManagerClient(config as SecretsManagerClientConfig); // what is undefined is absent to the SDK
    return client;
  };
}

function identityOf(
  credentials: NonNullable<AwsSecretsManagerConnectionOptions['credentials']>,
  environment: AwsSecretsManagerConnectionOptions['environment'],
): () => Promise<AwsIdentity> {
  if (typeof credentials === 'function') {
    return () =>
      credentials().catch((error: unknown) => {
        throw toTakoError(error, 'auth', `${source}: the function for credentials failed`, { source });
      });
  }
  const read = (name: keyof AwsSecretsManagerCredentials): Promise<string> =>
    readCredential(credentials[name], `${source}: credentials.${name}`, environment);
  return async () => ({
    accessKeyId: await read('accessKeyId'),
    secretAccessKey: await read('secretAccessKey'),
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: await read('sessionToken') }),
    expiration: new Date(0), // the SDK asks again at the next request: a rotated key reaches it
  });
}
