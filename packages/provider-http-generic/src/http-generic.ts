import { systemClock, type JsonValue, type Provider } from '@tako/core';
import { httpProvider, invalidOptions } from '@tako/core/provider';

import { answerShape } from './answer-shape.js';
import { httpGenericCapabilities } from './capabilities.js';
import { addressOf, connectionOf } from './connection.js';
import { httpGenericError } from './errors.js';
import { fromHttpGenericStream } from './from-http-generic-stream.js';
import { eventsFromHttpGeneric } from './from-http-generic.js';
import type { HttpGenericOptions } from './options.js';
import { carries, placeholderNames } from './placeholders.js';
import { streamShape } from './stream-shape.js';
import { parseTemplate } from './template.js';
import { toHttpGeneric } from './to-http-generic.js';

/**
 * Any endpoint that takes JSON and answers with it, through `fetch` or any `HttpTransport`.
 *
 * ```ts
 * const model = httpGeneric({
 *   model: 'llama-3',
 *   url: 'https://inference.example/generate',
 *   headers: { 'x-api-key': '$ENV:INFERENCE_KEY' },
 *   body: { chat: '{{ messages }}', limit: '{{ maxOutputTokens }}' },
 *   response: { text: '/output/text' },
 * });
 * ```
 *
 * @throws `invalid` for a URL, a header, a template or a pointer that cannot be right. Nothing is read or sent before the
 *   first call.
 */
export function httpGeneric(options: HttpGenericOptions): Provider {
  const {
    model,
    vendor = 'http-generic',
    body = '{{ request }}',
    response,
    stream,
    transformRequest,
    transformResponse,
    maxTokensField = 'max_tokens',
    requestIdHeader = 'x-request-id',
    timeouts,
    price,
    clock = systemClock(globalThis),
  } = options;
  if (typeof model !== 'string' || model === '' || !/^[\w.-]+$/.test(vendor)) {
    throw invalidOptions('httpGeneric', 'model and vendor must be names');
  }
  const template = parseTemplate(body, placeholderNames);
  if (!carries(template, 'messages') && transformRequest === undefined) {
    throw invalidOptions('httpGeneric', 'body must have a place for {{ messages }} or {{ request }}');
  }
  const url = addressOf(options.url, 'url');
  const streamUrl = stream?.url === undefined ? url : addressOf(stream.url, 'stream.url');
  const shape = response === undefined ? undefined : answerShape(response, 'response');
  // A server that streams unasked most likely does it as OpenAI does.
  const streamed = streamShape(stream ?? { format: 'openai_sse' });
  const capabilities = { ...httpGenericCapabilities({ template, response, stream }), ...options.capabilities };
  const { transport, resolve } = connectionOf(options);
  const transform = transformResponse ?? ((json: unknown) => json);
  const source = `${vendor}:${model}`;
  const written = { model, vendor, source, template, maxTokensField, transform: transformRequest };

  return httpProvider<JsonValue>({
    id: source,
    capabilities,
    price,
    timeouts,
    clock,
    requestIdHeader,
    toVendor: (request, isStreamed) => toHttpGeneric(request, { ...written, stream: isStreamed }),
    async send(asked, { stream: isStreamed, signal }) {
      const { headers, secrets } = await resolve();
      const answer = await transport.send({
        method: 'POST',
        url: isStreamed ? streamUrl : url,
        headers,
        body: JSON.stringify(asked),
        signal,
      });
      return { answer, secrets };
    },
    fromStream: (bytes, context) => fromHttpGenericStream(bytes, streamed, transform, context),
    fromWhole: (answer, context) => eventsFromHttpGeneric(transform(answer), shape, context),
    toStatusError: (answer) => httpGenericError(answer, shape, requestIdHeader),
  });
}
