import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import { readCredential } from '@tako/core';
import { fetchTransport, invalidOptions, platformEnvironment } from '@tako/core/provider';

import { httpHandler } from './http-handler.js';
import type { AwsIdentity, BedrockClient, BedrockConnectionOptions, BedrockCredentials } from './options.js';

/** The module of the SDK. It is loaded with the first call. */
export type BedrockSdk = typeof import('@aws-sdk/client-bedrock-runtime');

/** How to connect, with all defaults filled in. */
export interface Connection {
  /** A client for all calls. */
  readonly client: (sdk: BedrockSdk) => BedrockClient;
  /** The headers of one call: a rotated key reaches it. @throws `auth` when there is no key. */
  readonly readHeaders: () => Promise<{ readonly [name: string]: string }>;
}

/**
 * Fills in what the options leave open. Nothing is read or sent yet.
 *
 * @throws `invalid` for an API key beside credentials or a profile.
 */
export function connectionOf(options: BedrockConnectionOptions): Connection {
  const { credentials, profile, headers = {}, environment = platformEnvironment(globalThis) } = options;
  const isExplicit = credentials !== undefined || profile !== undefined;
  if (options.apiKey !== undefined && isExplicit)
    throw invalidOptions('bedrock', 'pass apiKey, or credentials or profile, not both');
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const inEnvironment = '$ENV:AWS_BEARER_TOKEN_BEDROCK';
  const key = (): BedrockConnectionOptions['apiKey'] =>
    options.apiKey ?? (isExplicit || !environment?.['AWS_BEARER_TOKEN_BEDROCK'] ? undefined : inEnvironment);
  const made = new Map<boolean, BedrockClient>();
  return {
    client(sdk) {
      const hasKey = key() !== undefined; // the environment may have got one since the last call
      const client = made.get(hasKey) ?? clientOf(sdk, { ...options, environment }, hasKey);
      made.set(hasKey, client);
      return client;
    },
    async readHeaders() {
      const apiKey = key();
      if (apiKey === undefined) return own;
      return { authorization: `Bearer ${await readCredential(apiKey, 'bedrock: apiKey', environment)}`, ...own };
    },
  };
}

/** A client that reads no more of its environment than credentials and region, and only where the options leave them open. */
function clientOf(sdk: BedrockSdk, options: BedrockConnectionOptions, hasKey: boolean): BedrockRuntimeClient {
  const { region, credentials, profile, endpointUrl, environment } = options;
  const { fetch = (url, init) => globalThis.fetch(url, init) } = options;
  const { transport = fetchTransport(fetch) } = options;
  const config = {
    requestHandler: httpHandler(transport),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    ignoreConfiguredEndpointUrls: true,
    // Stated always: the SDK would look for a key in the environment by itself.
    authSchemePreference: [hasKey ? 'httpBearerAuth' : 'sigv4'],
    token: hasKey ? { token: 'sent with each request' } : undefined,
    region,
    profile,
    endpoint: endpointUrl,
    credentials: credentials && identityOf(credentials, environment),
  };
  return new sdk.BedrockRuntimeClient(config as BedrockRuntimeClientConfig); // what is undefined is absent to the SDK
}

function identityOf(
  credentials: NonNullable<BedrockConnectionOptions['credentials']>,
  environment: BedrockConnectionOptions['environment'],
): () => Promise<AwsIdentity> {
  if (typeof credentials === 'function') return credentials;
  const read = (name: keyof BedrockCredentials): Promise<string> =>
    readCredential(credentials[name], `bedrock: credentials.${name}`, environment);
  return async () => ({
    accessKeyId: await read('accessKeyId'),
    secretAccessKey: await read('secretAccessKey'),
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: await read('sessionToken') }),
    expiration: new Date(0), // the SDK asks again at the next call: a rotated key reaches it
  });
}
