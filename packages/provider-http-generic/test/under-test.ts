import { httpGeneric, type AnswerPointers } from '@tako/provider-http-generic';
import { openAIDialect, type ProviderUnderTest } from '@tako/testing';

import { ownWire } from './own-wire.js';

const pointers: AnswerPointers = {
  text: '/say/text',
  reasoning: '/say/thought',
  finishReason: '/stopped',
  toolCalls: { list: '/say/calls', id: '/ref', name: '/call', arguments: '/input', index: '/n' },
  usage: {
    inputTokens: '/used/in',
    outputTokens: '/used/out',
    cachedInputTokens: '/used/cached',
    cacheWriteTokens: '/used/written',
    reasoningTokens: '/used/thought',
  },
  error: '/failure',
};

/** An endpoint that speaks as OpenAI does, and one that has words of its own for everything. */
export const underTest: readonly ProviderUnderTest[] = [
  {
    name: 'http-generic',
    wire: openAIDialect({ vendor: 'http-generic' }),
    make: ({ baseUrl, ...options }) =>
      httpGeneric({ ...options, url: `${baseUrl}/v1/chat/completions`, stream: { format: 'openai_sse' } }),
    lacks: { signatures: 'the dialect hands out no opaque state' },
  },
  {
    name: 'http-generic (JSON and NDJSON of its own)',
    wire: ownWire(),
    make: ({ baseUrl, apiKey, ...options }) =>
      httpGeneric({
        ...options,
        vendor: 'own',
        url: `${baseUrl}/generate`,
        headers: { 'X-Own-Key': apiKey },
        requestIdHeader: 'x-own-id',
        body: {
          model: '{{ model }}',
          chat: '{{ messages }}',
          functions: '{{ tools }}',
          stream: '{{ stream }}',
          tool_choice: '{{ toolChoice }}',
          settings: {
            parallel_tool_calls: '{{ parallelToolCalls }}',
            response_format: '{{ responseFormat }}',
            temperature: '{{ temperature }}',
            top_p: '{{ topP }}',
            max_tokens: '{{ maxOutputTokens }}',
            stop: '{{ stop }}',
            seed: '{{ seed }}',
          },
        },
        response: pointers,
        stream: { format: 'ndjson', ...pointers, done: { at: '/end' } },
      }),
    lacks: { signatures: 'there is no opaque state' },
  },
];

/** A model that stands for the others in docs/providers.md. */
export const models: readonly string[] = ['any'];
