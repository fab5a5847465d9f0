import { collect, type ChatEvent } from '@tako/core';
import { expect, test } from 'vitest';

import { fromOpenAISse, fromOpenAIStream } from './from-openai-stream.js';
import type { FromOpenAIOptions } from './vendor-failure.js';

const text = (content: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`;
const stop = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const done = 'data: [DONE]\n\n';

async function* bytesOf(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield new TextEncoder().encode(piece);
}

/** What was told before the end, and how it ended. */
async function hear(body: string, options?: FromOpenAIOptions): Promise<{ texts: string[]; last: unknown }> {
  const texts: string[] = [];
  let last: unknown;
  try {
    for await (const event of fromOpenAISse(bytesOf(body), options)) {
      if (event.type === 'text_delta') texts.push(event.text);
      last = event.type;
    }
  } catch (error) {
    last = error;
  }
  return { texts, last };
}

test('the usage frame between finish reason and [DONE] is part of finish', async () => {
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1}}\n\n';
  const response = await collect(fromOpenAISse(bytesOf(text('a'), stop, usage, done)));
  expect(response.usage).toEqual({ inputTokens: 2, outputTokens: 1 });
});

test('a body that ends after its finish reason is whole without [DONE]', async () => {
  expect(await hear(text('a') + stop)).toEqual({ texts: ['a'], last: 'finish' });
});

test('[DONE] without its blank line is [DONE]', async () => {
  expect(await hear(`${text('a')}data: [DONE]`)).toEqual({ texts: ['a'], last: 'finish' });
});

test('a body that ends before that is malformed, and what came before is told', async () => {
  const { texts, last } = await hear(text('a') + text('b'));
  expect(texts).toEqual(['a', 'b']);
  expect(last).toMatchObject({ code: 'malformed_response', source: 'openai' });
});

test('a frame that is not JSON is malformed, also when it came with good ones', async () => {
  const { texts, last } = await hear(`${text('a')}data: {"choices":[{"del\n\n${stop}${done}`, { source: 'openai:m' });
  expect(texts).toEqual(['a']);
  expect(last).toMatchObject({ code: 'malformed_response', source: 'openai:m' });
});

test('events of unknown names and kinds, comments and empty events are skipped', async () => {
  const odd =
    'event: tako.x\ndata: {"anything":1}\n\n: ping\n\ndata:\n\ndata: 42\n\ndata: null\n\nid: 7\nretry: x\nfoo: bar\n\n';
  expect(await hear(odd + text('a') + odd + stop + odd + done)).toEqual({ texts: ['a'], last: 'finish' });
});

test.each([
  ['an error object', 'data: {"error":{"message":"full","code":503}}\n\n', 'overloaded'],
  [
    'an event that is called error',
    'event: error\ndata: {"message":"slow","code":"rate_limit_exceeded"}\n\n',
    'rate_limited',
  ],
])('%s in mid-stream is thrown by its code', async (_, frame, code) => {
  const { texts, last } = await hear(text('a') + frame + text('b') + stop + done);
  expect(texts).toEqual(['a']);
  expect(last).toMatchObject({ code });
});

test('the rest of the body is read at [DONE], before finish is told', async () => {
  const order: string[] = [];
  const options = { onDone: async () => void order.push('rest') };
  for await (const { type } of fromOpenAISse(bytesOf(text('a'), stop, done, 'data: not read\n\n'), options))
    order.push(type);
  expect(order).toEqual(['start', 'text_delta', 'rest', 'finish']);
});

test('a consumer that leaves closes the body', async () => {
  let closed = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      yield* bytesOf(text('a'), text('b'));
    } finally {
      closed = true;
    }
  }
  for await (const event of fromOpenAISse(body())) if (event.type === 'text_delta') break;
  expect(closed).toBe(true);
});

test.each([
  ['a line', ''],
  ['an event', '\n'],
])('%s that never ends is malformed before it fills the memory', async (_, lineEnd) => {
  async function* body(): AsyncGenerator<Uint8Array> {
    const piece = new TextEncoder().encode('data: '.padEnd(1024 * 1024, 'x') + lineEnd);
    for (;;) yield piece;
  }
  await expect(collect(fromOpenAISse(body()))).rejects.toMatchObject({ code: 'malformed_response' });
});

test('chunks parsed elsewhere that end early are malformed', async () => {
  async function* chunks(): AsyncGenerator<{ choices: { delta: { content: string } }[] }> {
    yield { choices: [{ delta: { content: 'a' } }] };
  }
  const told: ChatEvent[] = [];
  const hearing = (async () => {
    for await (const event of fromOpenAIStream(chunks())) told.push(event);
  })();
  await expect(hearing).rejects.toMatchObject({ code: 'malformed_response' });
  expect(told.at(-1)).toEqual({ type: 'text_delta', index: 0, text: 'a' });
});
