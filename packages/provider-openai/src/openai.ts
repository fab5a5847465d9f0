import type { HttpResponse, Provider } from '@tako/core';
import { OpenAI } from 'openai';

import type { OpenAIApiRequest } from './api.js';
import { connectionOf, type Connection } from './connection.js';
import { answerOf } from './errors.js';
import { openaiProvider } from './openai-provider.js';
import type { OpenAIClient, OpenAIOptions } from './options.js';

/** Longest time that a platform's timer takes, in milliseconds: the time limits are ours. */
const noTimeoutMs = 2_147_483_647;

/**
 * A model of OpenAI, or of a server that speaks like it, through the package `openai`.
 *
 * ```ts
 * const model = openai({ model: 'gpt-6-luna' });
 * ```
 *
 * @throws `invalid` for an empty model. Nothing is read or sent before the first call.
 */
export function openai(options: OpenAIOptions): Provider {
  const { client } = options;
  if (client !== undefined) {
    return openaiProvider(options, async (asked, { signal }) => ({
      answer: await sendBy(client, asked, signal),
      secrets: client.apiKey === null || client.apiKey === '' ? [] : [client.apiKey],
    }));
  }
  const connection = connectionOf(options);
  const own = clientOf(connection);
  return openaiProvider(options, async (asked, { signal }) => {
    const key = await connection.readKey();
    const headers = { authorization: `Bearer ${key}`, ...connection.headers };
    return { answer: await sendBy(own, asked, signal, headers), secrets: [key] };
  });
}

async function sendBy(
  client: OpenAIClient,
  { path, body }: OpenAIApiRequest,
  signal: AbortSignal,
  headers: { [name: string]: string } = {},
): Promise<HttpResponse> {
  try {
    // The body is read as it is: the SDK's own reader takes a stream that broke off for one that ended.
    const options = { signal, headers, maxRetries: 0, timeout: noTimeoutMs };
    const sent =
      path === '/responses' ? client.responses.create(body, options) : client.chat.completions.create(body, options);
    const response = await sent.asResponse();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: response.body ?? nothing() };
  } catch (error) {
    return answerOf(error);
  }
}

/** A client for all calls: each request brings its own key, so that a rotated one reaches it. */
function clientOf({ baseUrl, fetch }: Connection): OpenAIClient {
  return new OpenAI({
    apiKey: 'sent with each request',
    // What is null here, the SDK does not read from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl,
    fetch: (url, init) => fetch(url instanceof Request ? url.url : String(url), init ?? {}),
    fetchOptions: { redirect: 'manual' },
    maxRetries: 0,
    timeout: noTimeoutMs,
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
