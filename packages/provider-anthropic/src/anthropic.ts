import { Anthropic } from '@anthropic-ai/sdk';
import type { HttpResponse, Provider } from '@tako/core';

import { anthropicProvider, type AnthropicSending } from './anthropic-provider.js';
import { connectionOf, type Connection } from './connection.js';
import { answerOf } from './errors.js';
import type { AnthropicClient, AnthropicOptions } from './options.js';

/** Longest time that a platform's timer takes, in milliseconds: the time limits are ours. */
const noTimeoutMs = 2_147_483_647;

/**
 * A model of Anthropic, or of a server that speaks like it, through the package `@anthropic-ai/sdk`.
 *
 * ```ts
 * const model = anthropic({ model: 'claude-sonnet-5-5' });
 * ```
 *
 * @throws `invalid` for an empty model, a `defaultMaxOutputTokens` that is no whole number above 0, an `apiVersion` that is no date.
 *   Nothing is read or sent before the first call.
 */
export function anthropic(options: AnthropicOptions): Provider {
  const { client } = options;
  if (client !== undefined) {
    return anthropicProvider(options, async (sending, { signal }) => ({
      answer: await sendBy(client, sending, signal),
      secrets: [client.apiKey ?? '', client.authToken ?? ''].filter((secret) => secret !== ''),
    }));
  }
  const connection = connectionOf(options);
  const own = clientOf(connection);
  return anthropicProvider(options, async (sending, { signal }) => {
    const key = await connection.readKey();
    const headers = { authorization: null, 'x-api-key': key };
    return { answer: await sendBy(own, sending, signal, { ...headers, ...connection.headers }), secrets: [key] };
  });
}

async function sendBy(
  client: AnthropicClient,
  { body, headers }: AnthropicSending,
  signal: AbortSignal,
  over: { readonly [name: string]: string | null } = {},
): Promise<HttpResponse> {
  try {
    // Not by `messages.create`: that writes to the console about models that the vendor would see go, and takes fields out of
    // the body. The answer is read as it is: the SDK's own reader takes a stream that broke off for one that ended.
    const sent = client.post('/v1/messages', {
      body,
      stream: body.stream === true,
      signal,
      headers: { ...headers, ...over },
      maxRetries: 0,
      timeout: noTimeoutMs,
    });
    const response = await sent.asResponse();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: response.body ?? nothing() };
  } catch (error) {
    return answerOf(error);
  }
}

/** A client for all calls: each request brings its own key, so that a rotated one reaches it. */
function clientOf({ baseUrl, fetch }: Connection): AnthropicClient {
  return new Anthropic({
    // With a key of its own the SDK looks for none: not in the environment, nor in the files of a profile.
    apiKey: 'sent with each request',
    webhookKey: null,
    baseURL: baseUrl,
    fetch: (url, init) => fetch(url instanceof Request ? url.url : String(url), init ?? {}),
    fetchOptions: { redirect: 'manual' },
    maxRetries: 0,
    timeout: noTimeoutMs,
    openTelemetry: false, // spans are ours
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
