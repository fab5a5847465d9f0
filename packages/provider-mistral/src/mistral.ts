import { systemClock, type Provider } from '@tako/core';
import { httpProvider, invalidOptions } from '@tako/core/provider';

import { mistralCapabilities } from './capabilities.js';
import { connectionOf } from './connection.js';
import { mistralError, requestIdHeader } from './errors.js';
import { fromMistralStream } from './from-mistral-stream.js';
import { eventsFromMistral } from './from-mistral.js';
import type { MistralChatRequest } from './mistral-request.js';
import type { MistralOptions } from './options.js';
import { mistralPrice } from './prices.js';
import { toMistral } from './to-mistral.js';

/**
 * A model of Mistral, through `fetch` or any `HttpTransport`.
 *
 * ```ts
 * const model = mistral({ model: 'mistral-medium-latest' });
 * ```
 *
 * @throws `invalid` for an empty model, or a `randomSeed` that is no whole number from 0. Nothing is read or sent before the
 *   first call.
 */
export function mistral(options: MistralOptions): Provider {
  const { model, safePrompt, randomSeed, timeouts, clock = systemClock(globalThis) } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('mistral', 'model must be the name of a model');
  if (randomSeed !== undefined && !(Number.isSafeInteger(randomSeed) && randomSeed >= 0)) {
    throw invalidOptions('mistral', 'randomSeed must be a whole number, not below zero');
  }
  const { baseUrl, headers, transport, readKey } = connectionOf(options);
  const id = `mistral:${model}`;
  const capabilities = { ...mistralCapabilities(model), ...options.capabilities };
  const reasons = capabilities.reasoningEfforts === 'unknown' || capabilities.reasoningEfforts.length > 0;

  return httpProvider<MistralChatRequest>({
    id,
    capabilities,
    price: options.price ?? mistralPrice(model),
    timeouts,
    clock,
    requestIdHeader,
    toVendor(request, stream) {
      const { body, warnings } = toMistral(request, { model, source: id, stream, reasons, safePrompt, randomSeed });
      return { asked: body, warnings };
    },
    async send(asked, { signal }) {
      const key = await readKey();
      const answer = await transport.send({
        method: 'POST',
        url: `${baseUrl}/chat/completions`,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(asked),
        signal,
      });
      return { answer, secrets: [key] };
    },
    fromStream: fromMistralStream,
    fromWhole: eventsFromMistral,
    toStatusError: mistralError,
  });
}
