import { describe, expect, test } from 'vitest';

import { unknownCapabilities } from '../chat/capabilities.js';
import type { ChatEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';
import { user } from '../message/message.js';
import { call } from './call.js';
import { chat, parseModelId, withLayers, wrapProvider, type Provider, type ProviderLayer } from './provider.js';

const request = { messages: [user('Hello')] };

function saying(text: string, more: Partial<Provider> = {}): Provider {
  return {
    contract: 1,
    id: 'acme:small',
    capabilities: unknownCapabilities,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
    async *stream(): AsyncGenerator<ChatEvent> {
      yield { type: 'text_delta', index: 0, text };
      yield { type: 'finish', finishReason: 'stop' };
    },
    ...more,
  };
}

describe('wrapProvider', () => {
  test('replaces the stream, drops chat, which would lead around it, and keeps the rest', () => {
    const inner = saying('inner', { chat: () => Promise.reject(new Error('around the layer')) });
    const outer = wrapProvider(inner, saying('outer').stream);
    expect(outer.chat).toBeUndefined();
    expect(outer.stream).not.toBe(inner.stream);
    expect({ ...outer, chat: 0, stream: 0 }).toEqual({ ...inner, chat: 0, stream: 0 });
  });

  test('chat of a wrapped provider goes through the layer', async () => {
    const inner = saying('inner', { chat: () => Promise.reject(new Error('around the layer')) });
    const { message } = await chat(wrapProvider(inner, saying('outer').stream), request);
    expect(message.content).toEqual([{ type: 'text', text: 'outer' }]);
  });
});

describe('withLayers', () => {
  test('nests them, the first one outermost', async () => {
    const order: string[] = [];
    const layer =
      (name: string): ProviderLayer =>
      (next) =>
        wrapProvider(next, async function* (given, context) {
          order.push(`${name} in`);
          yield* next.stream(given, context);
          order.push(`${name} out`);
        });
    await chat(withLayers(saying('x'), [layer('retry'), layer('budget')]), request);
    expect(order).toEqual(['retry in', 'budget in', 'budget out', 'retry out']);
  });

  test('no layers, the provider itself', () => {
    const provider = saying('x');
    expect(withLayers(provider, [])).toBe(provider);
  });
});

describe('chat', () => {
  test('collects the stream', async () => {
    expect(await chat(saying('Hi'), request)).toMatchObject({
      message: { content: [{ type: 'text', text: 'Hi' }] },
      finishReason: 'stop',
    });
  });

  test("takes the provider's own chat where there is one, with the same request and call", async () => {
    const context = call({ runId: 'run_1' });
    const answer = await chat(saying('Hi'), request);
    const given: unknown[] = [];
    const own = saying('no', {
      chat: (...received) => {
        given.push(...received);
        return Promise.resolve(answer);
      },
    });
    expect(await chat(own, request, context)).toBe(answer);
    expect(given).toEqual([request, context]);
  });

  test('rejects with what the provider throws, also where it throws at once', async () => {
    const error = providerError('auth', 'no key');
    const throwing = () => {
      throw error;
    };
    await expect(chat(saying('', { stream: throwing }), request)).rejects.toBe(error);
    await expect(chat(saying('', { chat: throwing }), request)).rejects.toBe(error);
  });
});

test.each([
  ['openai:gpt-5', 'openai', 'gpt-5'],
  ['ollama:llama3.2-vision:11b', 'ollama', 'llama3.2-vision:11b'],
  ['bedrock:arn:aws:bedrock:eu-west-1::model/x:0', 'bedrock', 'arn:aws:bedrock:eu-west-1::model/x:0'],
  ['openai', 'openai', ''],
  ['openai:', 'openai', ''],
  [':gpt', '', 'gpt'],
  ['', '', ''],
])('%j is split at the first colon', (id, vendor, model) => {
  expect(parseModelId(id)).toEqual({ vendor, model });
});
