import { collect, type ChatEvent, type ChatResponse } from '@tako/core';
import {
  eventsFromOpenAI,
  fromOpenAI,
  fromOpenAISse,
  fromOpenAIStream,
  sseFrame,
  toOpenAIResponse,
  toOpenAIStream,
} from '@tako/openai-wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalResponse, cut, pieceLengths } from './arbitrary-response.js';

const head = { id: 'chatcmpl-1', model: 'm', created: 1_700_000_000 };

test('a response comes back from the wire as it was', () => {
  fc.assert(
    fc.property(canonicalResponse, (response) => {
      const completion = JSON.parse(JSON.stringify(toOpenAIResponse(response, head)));
      expect(fromOpenAI(completion)).toEqual(response);
    }),
    { numRuns: 500 },
  );
});

test('a streamed response comes to the same, however its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      canonicalResponse,
      fc.integer({ min: 1, max: 9 }),
      pieceLengths,
      async (response, width, lengths) => {
        const frames: string[] = [];
        for await (const chunk of toOpenAIStream(eventsOf(response, width), { ...head, includeUsage: true })) {
          frames.push(sseFrame(JSON.stringify(chunk)));
        }
        const bytes = new TextEncoder().encode(`${frames.join('')}${sseFrame('[DONE]')}`);
        expect(await collect(fromOpenAISse(asyncOf(cut(bytes, lengths))))).toEqual(response);
      },
    ),
    { numRuns: 300 },
  );
});

test('chunks that were parsed elsewhere come to the same as their bytes', async () => {
  await fc.assert(
    fc.asyncProperty(canonicalResponse, async (response) => {
      const chunks = toOpenAIStream(eventsOf(response, 3), { ...head, includeUsage: true });
      expect(await collect(fromOpenAIStream(chunks))).toEqual(response);
    }),
  );
});

/** The response's events, each text in deltas of `width` characters at most; surrogate pairs are cut apart too. */
async function* eventsOf(response: ChatResponse, width: number): AsyncGenerator<ChatEvent> {
  const completion = toOpenAIResponse(response, head);
  for (const event of eventsFromOpenAI(completion)) {
    if (event.type === 'text_delta' || event.type === 'reasoning_delta') {
      for (const text of slices(event.text, width)) yield { ...event, text };
    } else if (event.type === 'tool_call_delta') {
      for (const argumentsDelta of slices(event.argumentsDelta, width)) yield { ...event, argumentsDelta };
    } else yield event;
  }
}

function slices(text: string, width: number): string[] {
  return text.match(new RegExp(`[^]{1,${width}}`, 'g')) ?? [];
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
