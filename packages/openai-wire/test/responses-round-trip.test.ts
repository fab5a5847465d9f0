import { collect, type ChatEvent, type ChatRequest, type ChatResponse } from '@tako/core';
import {
  eventsFromOpenAIResponses,
  fromOpenAIResponses,
  fromOpenAIResponsesRequest,
  fromOpenAIResponsesSse,
  sseFrame,
  toOpenAIResponses,
  toOpenAIResponsesResponse,
  toOpenAIResponsesStream,
} from '@tako/openai-wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { anyRequest, canonicalResponsesRequest } from './arbitrary-request.js';
import { canonicalResponsesResponse, cut, pieceLengths } from './arbitrary-response.js';

const head = { id: 'chatcmpl-1', model: 'm', created: 1_700_000_000 };

test('a request comes back from the wire as it was', () => {
  fc.assert(
    fc.property(canonicalResponsesRequest, (request) => {
      const { body, warnings } = toOpenAIResponses(request, { model: 'm' });
      const read = fromOpenAIResponsesRequest(JSON.parse(JSON.stringify(body)));
      expect(read.request).toEqual(request);
      expect(read).toMatchObject({ model: 'm', stream: false, rest: { store: false }, ignored: [] });
      expect(warnings).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever form a request has, the wire says the same after one more round', () => {
  fc.assert(
    fc.property(anyRequest.filter(withoutSound), (request) => {
      const once = toOpenAIResponses(request, { model: 'm', stream: true }).body;
      const read = fromOpenAIResponsesRequest(JSON.parse(JSON.stringify(once)));
      expect(toOpenAIResponses(read.request, { model: 'm', stream: read.stream }).body).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test('a response comes back from the wire as it was', () => {
  fc.assert(
    fc.property(canonicalResponsesResponse, (response) => {
      const written = JSON.parse(JSON.stringify(toOpenAIResponsesResponse(response, head)));
      expect(fromOpenAIResponses(written)).toEqual(response);
    }),
    { numRuns: 500 },
  );
});

test('a streamed response comes to the same, however its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(canonicalResponsesResponse, pieceLengths, async (response, lengths) => {
      const frames: string[] = [];
      for await (const event of toOpenAIResponsesStream(eventsOf(response), head)) {
        frames.push(`event: ${event.type}\n${sseFrame(JSON.stringify(event))}`);
      }
      const bytes = new TextEncoder().encode(frames.join(''));
      expect(await collect(fromOpenAIResponsesSse(asyncOf(cut(bytes, lengths))))).toEqual(response);
    }),
    { numRuns: 300 },
  );
});

async function* eventsOf(response: ChatResponse): AsyncGenerator<ChatEvent> {
  yield* eventsFromOpenAIResponses(toOpenAIResponsesResponse(response, head));
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function withoutSound({ messages }: ChatRequest): boolean {
  return !JSON.stringify(messages).includes('"type":"audio"');
}
