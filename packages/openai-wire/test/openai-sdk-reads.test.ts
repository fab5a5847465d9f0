import type { ChatEvent } from '@tako/core';
import { sseFrame, toOpenAIResponsesStream, toOpenAIStream } from '@tako/openai-wire';
import { OpenAI } from 'openai';
import { expect, test } from 'vitest';

const answer: readonly ChatEvent[] = [
  { type: 'start', model: 'm' },
  { type: 'reasoning_delta', index: 0, text: 'Hm. ' },
  { type: 'reasoning_delta', index: 0, text: 'So.' },
  { type: 'text_delta', index: 1, text: 'I look ' },
  { type: 'text_delta', index: 1, text: 'it up.' },
  { type: 'tool_call_start', index: 2, id: 'call_1', name: 'weather' },
  { type: 'tool_call_delta', index: 2, argumentsDelta: '{"city":' },
  { type: 'tool_call_start', index: 3, id: 'call_2', name: 'time' },
  { type: 'tool_call_delta', index: 2, argumentsDelta: '"Oslo"}' },
  { type: 'tool_call_end', index: 2, arguments: '{"city":"Oslo"}' },
  { type: 'tool_call_end', index: 3, arguments: '' },
  { type: 'finish', finishReason: 'tool_calls', usage: { inputTokens: 7, outputTokens: 5 } },
];
const head = { id: 'chatcmpl-1', model: 'm', created: 1 };

async function* told(): AsyncGenerator<ChatEvent> {
  yield* answer;
}

/** A client of the package openai whose every request is answered by these frames. */
async function clientOf(frames: AsyncIterable<unknown>, last: string): Promise<OpenAI> {
  let body = '';
  for await (const frame of frames) body += sseFrame(JSON.stringify(frame));
  const headers = { 'content-type': 'text/event-stream' };
  return new OpenAI({ apiKey: 'k', fetch: async () => new Response(body + last, { headers }) });
}

test("the SDK's strict reader of chat completions takes a stream", async () => {
  const client = await clientOf(toOpenAIStream(told(), { ...head, includeUsage: true }), sseFrame('[DONE]'));
  const completion = await client.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion();
  expect(completion).toMatchObject({
    id: 'chatcmpl-1',
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: 'I look it up.',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'call_2', type: 'function', function: { name: 'time', arguments: '' } },
          ],
        },
      },
    ],
  });
});

test("the SDK's strict reader of responses takes a stream", async () => {
  const client = await clientOf(toOpenAIResponsesStream(told(), { ...head, id: 'resp_1' }), '');
  const response = await client.responses.stream({ model: 'm', input: 'Hi' }).finalResponse();
  expect(response).toMatchObject({
    id: 'resp_1',
    status: 'completed',
    output_text: 'I look it up.',
    usage: { input_tokens: 7, output_tokens: 5, total_tokens: 12 },
    output: [
      { type: 'reasoning', summary: [{ text: 'Hm. So.' }] },
      { type: 'message', content: [{ type: 'output_text', text: 'I look it up.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'function_call', call_id: 'call_2', name: 'time', arguments: '' },
    ],
  });
});
