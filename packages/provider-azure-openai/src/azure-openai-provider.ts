import { systemClock, type Provider } from '@tako/core';
import { httpProvider, invalidOptions, type SendContext, type SentRequest } from '@tako/core/provider';
import type { OpenAIChatRequest } from '@tako/openai-wire';

import { azureOpenAICapabilities } from './capabilities.js';
import { azureError, readableHeaders } from './errors.js';
import { fromAzureOpenAIStream } from './from-azure-openai-stream.js';
import { eventsFromAzureOpenAI } from './from-azure-openai.js';
import type { AzureOpenAIModelOptions } from './options.js';
import { azureOpenAIPrice } from './prices.js';
import { toAzureOpenAI } from './to-azure-openai.js';

/** Sends a body. What it throws is no answer: a failed connection, a missing key. */
export type Send = (body: OpenAIChatRequest, context: SendContext) => Promise<SentRequest>;

/**
 * What both doors have in common: a provider over any way to send a body.
 *
 * @throws `invalid` for a deployment's name that cannot be one.
 */
export function azureOpenAIProvider(
  options: AzureOpenAIModelOptions,
  apiVersion: string | undefined,
): (send: Send) => Provider {
  const { deployment, model, timeouts, clock = systemClock(globalThis), maxTokensField } = options;
  // A name of dots alone would be a way up in the path.
  if (typeof deployment !== 'string' || /^\.*$/.test(deployment)) {
    throw invalidOptions('azureOpenAI', 'deployment must be the name of a deployment');
  }
  const id = `azure-openai:${deployment}`;
  return (send) =>
    httpProvider<OpenAIChatRequest>({
      id,
      capabilities: { ...azureOpenAICapabilities(model), ...options.capabilities },
      price: options.price ?? azureOpenAIPrice(model),
      timeouts,
      clock,
      toVendor(request, stream) {
        const { body, warnings } = toAzureOpenAI(request, {
          deployment,
          source: id,
          stream,
          apiVersion,
          maxTokensField,
        });
        return { asked: body, warnings };
      },
      async send(body, context) {
        const { answer, secrets } = await send(body, context);
        const { status, headers, body: bytes } = answer;
        return { answer: { status, headers: readableHeaders(headers), body: bytes }, secrets };
      },
      fromStream: fromAzureOpenAIStream,
      fromWhole: eventsFromAzureOpenAI,
      toStatusError: azureError,
    });
}
