import { describe, expect, test } from 'vitest';

import type { ChatEvent } from '../chat/chat-event.js';
import { collect } from '../chat/collect.js';
import type { ChatResponse } from '../chat/chat-response.js';
import { TakoError } from '../error/tako-error.js';
import { assistant, textOf, user } from '../message/message.js';
import { call, type Call } from './call.js';
import { customProvider, type CustomAnswer, type CustomProviderOptions } from './custom-provider.js';
import { chat } from './provider.js';

const hello = { messages: [user('hello')] };

function answersOf(options: Omit<CustomProviderOptions, 'id'>, with_: Call = call()): Promise<ChatResponse> {
  return collect(customProvider({ id: 'local:test', ...options }).stream(hello, with_));
}

async function* streamOf(...events: (ChatEvent | string)[]): AsyncGenerator<ChatEvent | string> {
  yield* events;
}

describe('chat', () => {
  test('a text is an answer that is finished, streamed and whole', async () => {
    const shout = customProvider({
      id: 'local:shout',
      chat: ({ messages }) => messages.map(textOf).join().toUpperCase(),
    });
    const whole = await chat(shout, hello);
    expect(whole).toMatchObject({ message: assistant('HELLO'), finishReason: 'stop' });
    expect(await collect(shout.stream(hello, call()))).toEqual(whole);
  });

  test('a message may carry all that a vendor tells', async () => {
    const answer: CustomAnswer = {
      message: assistant({ type: 'reasoning', text: 'hm', vendorData: { vendor: 'local', data: 1 } }, 'Look:', {
        type: 'tool_call',
        id: 'c',
        name: 'weather',
        arguments: '{}',
      }),
      usage: { inputTokens: 3, outputTokens: 4 },
      requestId: 'r',
      model: 'm',
      warnings: [{ type: 'warning', code: 'ignored_seed', message: 'no seed' }],
    };
    expect(await answersOf({ chat: () => answer })).toEqual({ ...answer, finishReason: 'tool_calls' });
    expect((await answersOf({ chat: () => ({ ...answer, finishReason: 'length' }) })).finishReason).toBe('length');
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['an object without a message', {}],
    ['a message without content', { message: {} }],
  ])('%s is no answer', async (_, answer) => {
    await expect(answersOf({ chat: () => answer as CustomAnswer })).rejects.toMatchObject({
      code: 'malformed_response',
    });
  });

  test('a picture cannot be streamed, and is not dropped', async () => {
    const picture = { type: 'image', mimeType: 'image/png', data: 'AA==' } as const;
    await expect(answersOf({ chat: () => ({ message: assistant(picture) }) })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('stream', () => {
  test('texts are joined, and the end is added', async () => {
    expect(await answersOf({ stream: () => streamOf('Hel', '', 'lo') })).toMatchObject({
      message: assistant('Hello'),
      finishReason: 'stop',
    });
  });

  test('texts and events may be mixed: what comes between two texts parts them', async () => {
    const answer = await answersOf({
      stream: () =>
        streamOf(
          { type: 'reasoning_delta', index: 0, text: 'hm' },
          'Look',
          ': ',
          { type: 'tool_call_start', index: 2, id: 'c', name: 'weather' },
          { type: 'tool_call_end', index: 2, arguments: '{}' },
          'more',
        ),
    });
    expect(answer.message.content).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'Look: ' },
      { type: 'tool_call', name: 'weather', arguments: '{}' },
      { type: 'text', text: 'more' },
    ]);
    expect(answer.finishReason).toBe('tool_calls');
  });

  test('a finish of its own stands', async () => {
    const stream = () => streamOf('cut', { type: 'finish', finishReason: 'length' });
    expect((await answersOf({ stream })).finishReason).toBe('length');
  });

  test.each<[string, ChatEvent | string]>([
    ['a second finish', { type: 'finish', finishReason: 'stop' }],
    ['text', 'more'],
  ])('%s after the finish is refused', async (_, late) => {
    const stream = () => streamOf('a', { type: 'finish', finishReason: 'stop' }, late);
    await expect(answersOf({ stream })).rejects.toMatchObject({
      code: 'malformed_response',
      partial: { content: [{ type: 'text', text: 'a' }] },
    });
  });

  test('it is closed when the consumer leaves, and its signal aborts', async () => {
    let closed = false;
    let heard: AbortSignal | undefined;
    const provider = customProvider({
      id: 'local:test',
      async *stream(_request, { signal }) {
        heard = signal;
        try {
          for (;;) yield 'x';
        } finally {
          closed = true;
        }
      },
    });
    for await (const event of provider.stream(hello, call())) if (event.type === 'text_delta') break;
    expect([closed, heard?.aborted]).toEqual([true, true]);
  });
});

test('the function gets the request, the signal and who asks', async () => {
  const seen: unknown[] = [];
  const principal = { tenantId: 'acme', userId: 'ann', roles: [] };
  const controller = new AbortController();
  const answer = (request: unknown, { signal, principal: who, runId }: Call): string => {
    seen.push(request, who, runId, signal.aborted);
    return 'ok';
  };
  await answersOf({ chat: answer }, call({ principal, runId: 'run-1', signal: controller.signal }));
  expect(seen).toEqual([hello, principal, 'run-1', false]);
});

test('an abort ends a call whose function does not listen', async () => {
  const controller = new AbortController();
  const hangs = () => new Promise<string>(() => undefined);
  const running = answersOf({ chat: hangs }, call({ signal: controller.signal }));
  controller.abort('enough');
  await expect(running).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
});

test('what the function throws is handed through where it is ours, and is not tried again where it is not', async () => {
  const ours = new TakoError('rate_limited', 'slow down');
  await expect(answersOf({ chat: () => Promise.reject(ours) })).rejects.toBe(ours);
  const broken = answersOf({
    chat: () => {
      throw new TypeError('undefined is not a function');
    },
  });
  await expect(broken).rejects.toMatchObject({ code: 'provider', retryable: false, cause: { name: 'TypeError' } });
});

test('what it certainly cannot do is refused before it is called', async () => {
  const picture = user({ type: 'image', mimeType: 'image/png', data: 'AA==' });
  const provider = customProvider({ id: 'local:test', chat: () => 'never', capabilities: { vision: 'no' } });
  await expect(chat(provider, { messages: [picture] })).rejects.toMatchObject({ code: 'unsupported' });
});

test.each<[string, object]>([
  ['no id', { chat: () => 'x' }],
  ['an empty id', { id: '', chat: () => 'x' }],
  ['no function', { id: 'local:test' }],
])('%s is invalid', (_, options) => {
  expect(() => customProvider(options as CustomProviderOptions)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
