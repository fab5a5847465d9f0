import { systemClock, type Provider } from '@tako/core';
import { httpProvider, invalidOptions, type Timeouts } from '@tako/core/provider';

import { wireCapabilities } from './capabilities.js';
import { sendWithin } from './connect-limit.js';
import { connectionOf } from './connection.js';
import { ollamaError } from './errors.js';
import { fromOllamaStream } from './from-ollama-stream.js';
import { eventsFromOllama } from './from-ollama.js';
import type { OllamaChatRequest } from './ollama-request.js';
import type { OllamaOptions } from './options.js';
import { ollamaPrice } from './prices.js';
import { toOllama } from './to-ollama.js';
import { withImages } from './url-prefetch.js';

const defaultConnectMs = 30_000;
/** Ollama itself gives up a load that makes no progress for five minutes. */
const defaultPatienceMs = 300_000;

/**
 * A model of an Ollama server, through `fetch` or any `HttpTransport`.
 *
 * ```ts
 * const model = ollama({ model: 'qwen3:8b', options: { num_ctx: 32_768 } });
 * ```
 *
 * @throws `invalid` for an empty model. Nothing is read or sent before the first call.
 */
export function ollama(options: OllamaOptions): Provider {
  const { model, clock = systemClock(globalThis), think, keepAlive, timeouts = {} } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('ollama', 'model must be the name of a model');
  const { baseUrl, transport, readHeaders } = connectionOf(options);
  const id = `ollama:${model}`;
  const { urlPrefetch: rules = false } = options;
  const urlPrefetch = rules !== false;
  const prefetchOptions = typeof rules === 'object' ? rules : {};
  const contextTokens = options.options?.num_ctx;
  const capabilities = {
    ...wireCapabilities({ model, baseUrl, urlPrefetch, contextTokens }),
    ...options.capabilities,
  };
  const limit = {
    connectMs: timeouts.connectMs ?? defaultConnectMs,
    clock,
    source: id,
    probeUrl: `${baseUrl}/api/version`,
  };

  return httpProvider<OllamaChatRequest>({
    id,
    capabilities,
    price: options.price ?? ollamaPrice({ model, baseUrl }),
    timeouts: withPatience(timeouts),
    clock,
    toVendor(request, stream) {
      const { body, warnings } = toOllama(request, {
        model,
        source: id,
        stream,
        urlPrefetch,
        jsonWithTools: capabilities.structuredOutputWithTools,
        options: options.options,
        think,
        keepAlive,
      });
      return { asked: body, warnings };
    },
    async send(asked, { signal }) {
      const { key, headers } = await readHeaders();
      const body = await withImages(asked, { options: prefetchOptions, source: id, signal });
      const answer = await sendWithin(limit, transport, {
        method: 'POST',
        url: `${baseUrl}/api/chat`,
        headers,
        body: JSON.stringify(body),
        signal,
      });
      return { answer, secrets: key === undefined ? [] : [key] };
    },
    fromStream: fromOllamaStream,
    fromWhole: eventsFromOllama,
    toStatusError: (answer) => ollamaError(answer, model),
  });
}

/** The headers come late, with the first event: `sendWithin` watches over the connection in their place. */
function withPatience({
  firstEventMs = defaultPatienceMs,
  betweenEventsMs = defaultPatienceMs,
  totalMs,
}: Timeouts): Timeouts {
  return { connectMs: firstEventMs, firstEventMs, betweenEventsMs, totalMs };
}
