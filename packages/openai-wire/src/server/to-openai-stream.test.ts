import type { ChatEvent } from '@tako/core';
import { expect, test } from 'vitest';

import type { OpenAIChatChunk } from '../chat/openai-chat-response.js';
import { toOpenAIStream } from './to-openai-stream.js';

const head = { id: 'c1', model: 'm', created: 1 };
const finish: ChatEvent = { type: 'finish', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 1 } };

async function chunksOf(events: readonly ChatEvent[], includeUsage = false): Promise<OpenAIChatChunk[]> {
  const chunks: OpenAIChatChunk[] = [];
  const source = (async function* () {
    yield* events;
  })();
  for await (const chunk of toOpenAIStream(source, { ...head, includeUsage })) chunks.push(chunk);
  return chunks;
}

/** What a chunk is about, in short. */
function outline({ choices: [choice], usage }: OpenAIChatChunk): unknown {
  return choice === undefined ? usage : (choice.finish_reason ?? choice.delta);
}

test('role first, then content, then the reason, one id for all', async () => {
  const chunks = await chunksOf([{ type: 'start' }, { type: 'text_delta', index: 0, text: 'Hi' }, finish]);
  expect(chunks.map(outline)).toEqual([{ role: 'assistant', content: '' }, { content: 'Hi' }, 'stop']);
  expect(new Set(chunks.map(({ id, created, model, object }) => [id, created, model, object].join()))).toEqual(
    new Set(['c1,1,m,chat.completion.chunk']),
  );
  expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
});

test('nothing is sent before there is content, so that a failure can still have a status', async () => {
  async function* failing(): AsyncGenerator<ChatEvent> {
    yield { type: 'start' };
    yield { type: 'warning', code: 'c', message: 'm' };
    throw new Error('refused');
  }
  await expect(toOpenAIStream(failing(), head).next()).rejects.toThrow('refused');
});

test('usage is null in every chunk but the last, where it was asked for', async () => {
  const chunks = await chunksOf([{ type: 'text_delta', index: 0, text: 'Hi' }, finish], true);
  expect(chunks.map(({ usage }) => usage?.total_tokens ?? null)).toEqual([null, null, null, 3]);
  expect(chunks.at(-1)?.choices).toEqual([]);
});

test('tool calls are numbered among themselves, whatever stands between them', async () => {
  const chunks = await chunksOf([
    { type: 'text_delta', index: 0, text: 'Look.' },
    { type: 'tool_call_start', index: 1, id: 'a', name: 'f' },
    { type: 'tool_call_start', index: 3, id: 'b', name: 'g' },
    { type: 'tool_call_delta', index: 3, argumentsDelta: '{}' },
    { type: 'tool_call_end', index: 1, arguments: '{"x":1}' },
    { type: 'tool_call_end', index: 3, arguments: '{}' },
    { type: 'finish', finishReason: 'tool_calls' },
  ]);
  expect(chunks.slice(2).map(outline)).toEqual([
    { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
    { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] },
    { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] },
    'tool_calls',
  ]);
});

test('an answer without content has its role and its reason', async () => {
  expect((await chunksOf([{ type: 'finish', finishReason: 'other' }])).map(outline)).toEqual([
    { role: 'assistant', content: '' },
    'stop',
  ]);
});

test('events that end without finish are a failure, not an end', async () => {
  await expect(chunksOf([{ type: 'text_delta', index: 0, text: 'Hi' }])).rejects.toMatchObject({
    code: 'malformed_response',
  });
});
