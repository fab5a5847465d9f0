import { collect, TakoError, type ChatResponse } from '@tako/core';
import type { AnswerContext } from '@tako/core/provider';
import { expect, test } from 'vitest';

import { fromOllamaStream } from './from-ollama-stream.js';

function context(onDone: () => void = () => undefined): AnswerContext {
  return {
    source: 'ollama:m',
    requestId: undefined,
    headers: {},
    warnings: [],
    onDone: async () => onDone(),
    toError: (status, body) => new TakoError('provider', body, { status }),
  };
}

async function* bytesOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

function read(...frames: readonly unknown[]): Promise<ChatResponse> {
  return collect(fromOllamaStream(bytesOf(frames.map((frame) => `${JSON.stringify(frame)}\n`).join('')), context()));
}

const say = (message: object, rest: object = {}): object => ({ model: 'm', message, done: false, ...rest });
const call = (name: string, given: unknown, id?: string): object => ({ id, function: { name, arguments: given } });
const done = say({ role: 'assistant', content: '' }, { done: true, done_reason: 'stop' });

test("the documentation's streamed tool call", async () => {
  const answer = await read(
    {
      model: 'llama3.2',
      created_at: '2025-07-07T20:22:19.184789Z',
      message: {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: 'get_weather', arguments: { city: 'Tokyo' } } }],
      },
      done: false,
    },
    {
      model: 'llama3.2',
      created_at: '2025-07-07T20:22:19.19314Z',
      message: { role: 'assistant', content: '' },
      done_reason: 'stop',
      done: true,
      total_duration: 182242375,
      load_duration: 41295167,
      prompt_eval_count: 169,
      prompt_eval_duration: 24573166,
      eval_count: 15,
      eval_duration: 115959084,
    },
  );
  expect(answer).toMatchObject({
    message: { content: [{ type: 'tool_call', name: 'get_weather', arguments: '{"city":"Tokyo"}' }] },
    finishReason: 'tool_calls',
    rawFinishReason: 'stop',
    usage: { inputTokens: 169, outputTokens: 15 },
    model: 'llama3.2',
  });
});

test('tool calls count in any frame: before the text, between, and in the last one', async () => {
  const { message, finishReason } = await read(
    say({ tool_calls: [call('a', {})] }),
    say({ content: 'So ' }),
    say({ tool_calls: [call('b', {}), call('b', {})] }),
    say({ content: 'be it.' }),
    say({ content: '', tool_calls: [call('c', { x: 1 })] }, { done: true, done_reason: 'stop' }),
  );
  expect(message.content.map((part) => (part.type === 'tool_call' ? part.name : part))).toEqual([
    'a',
    { type: 'text', text: 'So be it.' },
    'b',
    'b',
    'c',
  ]);
  expect(finishReason).toBe('tool_calls');
});

test("the server's ids stay; missing and repeated ones are made up, never twice the same", async () => {
  const ids: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { message } = await read(
      say({ tool_calls: [call('a', {}, `turn_${turn}`), call('a', {}, `turn_${turn}`), call('a', {})] }),
      done,
    );
    ids.push(...message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])));
  }
  expect(ids[0]).toBe('turn_0');
  expect(new Set(ids).size).toBe(9);
});

test('thinking is reasoning, and one part each however they take turns', async () => {
  const { message } = await read(
    say({ thinking: 'Let me ' }),
    say({ content: 'It ' }),
    say({ thinking: 'see.', content: 'is.' }),
    done,
  );
  expect(message.content).toEqual([
    { type: 'reasoning', text: 'Let me see.' },
    { type: 'text', text: 'It is.' },
  ]);
});

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['load', 'other'],
  ['unload', 'other'],
  ['moon_phase', 'other'],
  [undefined, 'stop'],
])('done_reason %s is %s', async (reason, expected) => {
  const { finishReason, rawFinishReason } = await read(say({ content: 'x' }, { done: true, done_reason: reason }));
  expect([finishReason, rawFinishReason]).toEqual([expected, reason]);
});

test('an answer that was cut off after a tool call was cut off', async () => {
  const { finishReason } = await read(say({ tool_calls: [call('a', {})] }), { ...done, done_reason: 'length' });
  expect(finishReason).toBe('length');
});

test('a count that is left out: the answer is empty then, but the prompt is not', async () => {
  expect((await read({ ...done, prompt_eval_count: 5 })).usage).toEqual({ inputTokens: 5, outputTokens: 0 });
  expect((await read({ ...done, eval_count: 5 })).usage).toBeUndefined(); // the prompt was in a cache
  expect((await read({ ...done, prompt_eval_count: -1, eval_count: 'many' })).usage).toBeUndefined();
});

test('fields of other types, unknown frames and whatever follows the end are left aside', async () => {
  const { message, finishReason } = await read(
    null,
    7,
    [],
    { type: 'progress', message: null },
    say({ content: 7, thinking: {}, tool_calls: [null, {}, { function: null }, 'x'] }),
    say({ content: 'Hi', tool_calls: null }),
    say({ tool_calls: [call('f', 'text as it is'), call('g', undefined)] }),
    done,
    say({ content: ' and more' }),
    { error: 'too late' },
  );
  expect(message.content).toMatchObject([
    { type: 'text', text: 'Hi' },
    { type: 'tool_call', name: 'f', arguments: 'text as it is' },
    { type: 'tool_call', name: 'g', arguments: '' },
  ]);
  expect(finishReason).toBe('tool_calls');
});

test('an error in mid-stream is thrown with what came before it', async () => {
  const failing = read(say({ content: 'Half' }), { error: 'an error was encountered while running the model' });
  await expect(failing).rejects.toMatchObject({
    code: 'provider',
    status: 500,
    message: expect.stringContaining('while running the model'),
    partial: { content: [{ type: 'text', text: 'Half' }] },
  });
});

test.each([
  ['the last line lacks its line end', [`${JSON.stringify(say({ content: 'Hi' }))}\n${JSON.stringify(done)}`], 'Hi'],
  [
    'line ends of another system',
    [`${JSON.stringify(say({ content: 'Hi' }))}\r\n\r\n${JSON.stringify(done)}\r\n`],
    'Hi',
  ],
])('%s', async (_, texts, expected) => {
  const { message } = await collect(fromOllamaStream(bytesOf(...texts), context()));
  expect(message.content).toEqual([{ type: 'text', text: expected }]);
});

test.each([
  ['no line', ''],
  ['no end', `${JSON.stringify(say({ content: 'Hi' }))}\n`],
  ['a torn last line', `${JSON.stringify(say({ content: 'Hi' }))}\n{"model":"m","mess`],
  ['a page', '<html>\n</html>\n'],
])('%s is no answer', async (_, text) => {
  const failing = collect(fromOllamaStream(bytesOf(text), context()));
  await expect(failing).rejects.toMatchObject({ code: 'malformed_response' });
});

test('the rest of the body is read before finish is told', async () => {
  const order: string[] = [];
  const bytes = bytesOf(`${JSON.stringify(done)}\n`);
  for await (const { type } of fromOllamaStream(
    bytes,
    context(() => order.push('read')),
  ))
    order.push(type);
  expect(order).toEqual(['start', 'read', 'finish']);
});
