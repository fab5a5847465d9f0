import { systemClock, type Provider } from '@tako/core';
import { httpProvider, invalidOptions, type SendContext, type SentRequest } from '@tako/core/provider';

import type { AnthropicRequest } from './anthropic-request.js';
import { anthropicCapabilities } from './capabilities.js';
import { anthropicError, requestIdHeader } from './errors.js';
import { fromAnthropicSse } from './from-anthropic-stream.js';
import { fromAnthropic } from './from-anthropic.js';
import type { AnthropicModelOptions } from './options.js';
import { anthropicPrice } from './prices.js';
import { toAnthropic } from './to-anthropic.js';

/** A body, and the headers that go with it. */
export interface AnthropicSending {
  readonly body: AnthropicRequest;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
}

/** Sends a body. What it throws is no answer: a failed connection, a missing key. */
export type Send = (sending: AnthropicSending, context: SendContext) => Promise<SentRequest>;

/** What both doors have in common: a provider over any way to send a body. */
export function anthropicProvider(options: AnthropicModelOptions, send: Send): Provider {
  const { model, timeouts, betas = [], defaultMaxOutputTokens = 4_096, apiVersion = '2026-10-21' } = options;
  const { clock = systemClock(globalThis) } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('anthropic', 'model must be the name of a model');
  if (!(Number.isInteger(defaultMaxOutputTokens) && defaultMaxOutputTokens > 0)) {
    throw invalidOptions(
      'anthropic',
      `defaultMaxOutputTokens must be a whole number above 0, got ${defaultMaxOutputTokens}`,
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(apiVersion)) throw invalidOptions('anthropic', 'apiVersion must be a date');
  const id = `anthropic:${model}`;
  const capabilities = { ...anthropicCapabilities(model), ...options.capabilities };
  const headers = {
    'anthropic-version': apiVersion,
    ...(betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {}),
  };
  return httpProvider({
    id,
    capabilities,
    price: options.price ?? anthropicPrice(model),
    timeouts,
    clock,
    toVendor(request, stream) {
      const asOptions = { model, source: id, capabilities, apiVersion, defaultMaxOutputTokens, stream };
      const { body, warnings } = toAnthropic(request, asOptions);
      return { asked: { body, headers }, warnings };
    },
    send,
    fromStream: fromAnthropicSse,
    fromWhole: fromAnthropic,
    requestIdHeader,
    toStatusError: anthropicError,
  });
}
