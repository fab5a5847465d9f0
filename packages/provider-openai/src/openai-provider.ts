import { systemClock, type Provider } from '@tako/core';
import { httpProvider, invalidOptions, type SendContext, type SentRequest } from '@tako/core/provider';

import type { OpenAIApiRequest } from './api.js';
import { openaiCapabilities } from './capabilities.js';
import { chatCompletions } from './chat-completions.js';
import type { OpenAIModelOptions } from './options.js';
import { openaiPrice } from './prices.js';

/** Sends a body. What it throws is no answer: a failed connection, a missing key. */
export type Send = (request: OpenAIApiRequest, context: SendContext) => Promise<SentRequest>;

/** What both doors have in common: a provider over any way to send a body. */
export function openaiProvider(options: OpenAIModelOptions, send: Send): Provider {
  const { model, api = chatCompletions, timeouts, clock = systemClock(globalThis), maxTokensField } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('openai', 'model must be the name of a model');
  const id = `openai:${model}`;
  const capabilities = { ...openaiCapabilities(model), ...options.capabilities };
  const { reasoningEfforts: efforts } = capabilities;
  const reasons = efforts !== 'unknown' && efforts.length > 0;
  return httpProvider({
    id,
    capabilities,
    price: options.price ?? openaiPrice(model),
    timeouts,
    clock,
    toVendor(request, stream) {
      const asked = api.toBody(request, { model, source: id, stream, maxTokensField, reasons });
      return { asked, warnings: asked.warnings };
    },
    send,
    fromStream: api.fromSse,
    fromWhole: api.fromWhole,
  });
}
