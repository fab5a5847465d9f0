import type { HttpResponse, Provider } from '@tako/core';
import type { OpenAIChatRequest } from '@tako/openai-wire';
import { AzureOpenAI, OpenAI, type ClientOptions } from 'openai';

import { answerOf, httpResponse, Unsuccessful } from './answer-beside-sdk.js';
import { azureOpenAIProvider } from './azure-openai-provider.js';
import { connectionOf, type Connection } from './connection.js';
import type { AzureOpenAIClient, AzureOpenAIOptions } from './options.js';

/** Longest time that a platform's timer takes, in milliseconds: the time limits are ours. */
const noTimeoutMs = 2_147_483_647;

/** What the SDK itself says in headers. */
const sdkHeaders = /^(accept|content-type|user-agent|x-stainless-.*)$/;

/**
 * A deployment on Azure OpenAI, through the package `openai`.
 *
 * ```ts
 * const model = azureOpenAI({ deployment: 'my-gpt', endpoint: 'https://my-resource.openai.azure.com', model: 'gpt-5-mini' });
 * ```
 *
 * @throws `invalid` for a deployment, endpoint or API version that cannot be right. Nothing is read or sent before the
 *   first call.
 */
export function azureOpenAI(options: AzureOpenAIOptions): Provider {
  const { client } = options;
  const provider = azureOpenAIProvider(options, options.apiVersion);
  if (client !== undefined) {
    return provider(async (body, { signal }) => ({
      answer: await sendBy(client, body, signal),
      secrets: client.apiKey === null || client.apiKey === '' ? [] : [client.apiKey],
    }));
  }
  const connection = connectionOf(options.deployment, options);
  const own = clientOf(connection);
  return provider(async (body, { signal }) => {
    const { headers, secret } = await connection.authorize();
    return { answer: await sendBy(own, body, signal, { ...headers, ...connection.headers }), secrets: [secret] };
  });
}

async function sendBy(
  client: AzureOpenAIClient,
  body: OpenAIChatRequest,
  signal: AbortSignal,
  headers: { [name: string]: string } = {},
): Promise<HttpResponse> {
  try {
    // The body is read as it is: the SDK's own reader takes a stream that broke off for one that ended.
    const options = { signal, headers, maxRetries: 0, timeout: noTimeoutMs };
    return httpResponse(await client.chat.completions.create(body, options).asResponse());
  } catch (error) {
    return answerOf(error);
  }
}

/** A client for all calls: each request brings its own credential, so that a rotated one reaches it. */
function clientOf(connection: Connection): AzureOpenAIClient {
  const { baseUrl, apiVersion } = connection;
  const options = {
    apiKey: 'sent with each request',
    baseURL: baseUrl,
    // What is null here, or the default here, the SDK does not read from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'warn',
    fetch: sendAlone(connection),
    fetchOptions: { redirect: 'manual' },
    maxRetries: 0,
    timeout: noTimeoutMs,
  } satisfies ClientOptions;
  return apiVersion === undefined ? new OpenAI(options) : new AzureOpenAI({ ...options, apiVersion });
}

/** Sends what was configured and no more: the SDK adds headers from the environment, and its own idea of a credential. */
function sendAlone({ fetch, headers: configured, credentialHeader }: Connection): NonNullable<ClientOptions['fetch']> {
  return async (url, init = {}) => {
    const isOurs = (name: string): boolean =>
      sdkHeaders.test(name) || name === credentialHeader || Object.hasOwn(configured, name);
    const headers = Object.fromEntries([...new Headers(init.headers)].filter(([name]) => isOurs(name)));
    const response = await fetch(url instanceof Request ? url.url : String(url), { ...init, headers });
    if (!response.ok) throw new Unsuccessful(httpResponse(response));
    return response;
  };
}
