import { createOpenAI } from '@ai-sdk/openai';
import { tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { callTool, chunks, fail, pause, say, scriptedProvider, think, usage } from '@tako/testing';
import { generateText, jsonSchema, stepCountIs, streamText, tool as aiTool } from 'ai';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';

import { adaToken, bobToken, framesOf, serving } from './serving.js';

const clientOf = (url: string): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 0 });
const rain = () => [think('Hm.'), chunks('It rains.', 3), usage({ inputTokens: 4, outputTokens: 3 })];
const weather = {
  type: 'function' as const,
  name: 'weather',
  strict: false,
  parameters: { type: 'object', properties: {} },
};

/** The events of a stream, as they came. */
async function eventsOf(
  response: Response,
): Promise<{ type: string; sequence_number: number; [field: string]: unknown }[]> {
  const frames = await framesOf(response);
  return frames.map((frame) => JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '{}'));
}

describe.each<[string, () => Parameters<typeof serving>[0]]>([
  ['a provider', () => ({ tako: scriptedProvider(rain) })],
  ['an agent', () => ({ tako: new SingleAgent({ provider: scriptedProvider(rain) }) })],
])('%s', (_, target) => {
  test('answers the official client, in one and streamed', async () => {
    const { url } = await serving(target());
    const client = clientOf(url);
    const whole = await client.responses.create({ model: 'tako', input: 'Weather?', instructions: 'Be brief.' });
    expect(whole).toMatchObject({
      status: 'completed',
      output_text: 'It rains.',
      instructions: 'Be brief.',
      store: true,
      usage: { input_tokens: 4, output_tokens: 3, total_tokens: 7 },
    });
    const stream = client.responses.stream({ model: 'tako', input: 'Weather?' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const final = await stream.finalResponse();
    expect([text, final.output_text, final.status]).toEqual(['It rains.', 'It rains.', 'completed']);
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  });

  test('answers the AI SDK, in one and streamed', async () => {
    const { url } = await serving(target());
    const model = createOpenAI({ baseURL: `${url}/v1`, apiKey: adaToken })('tako');
    expect(await generateText({ model, prompt: 'Weather?', maxRetries: 0 })).toMatchObject({
      text: 'It rains.',
      finishReason: 'stop',
    });
    const streamed = streamText({ model, prompt: 'Weather?', maxRetries: 0 });
    expect(await streamed.text).toBe('It rains.');
    expect(await streamed.finishReason).toBe('stop');
    expect((await streamed.totalUsage).totalTokens).toBe(7);
  });
});

test('a model that tells no usage does not break strict clients', async () => {
  const { url } = await serving({ tako: scriptedProvider(() => [say('Hi')]) });
  const model = createOpenAI({ baseURL: `${url}/v1`, apiKey: adaToken })('tako');
  expect((await generateText({ model, prompt: 'Hi', maxRetries: 0 })).text).toBe('Hi');
  const streamed = streamText({ model, prompt: 'Hi', maxRetries: 0 });
  expect(await streamed.text).toBe('Hi');
  expect(await streamed.finishReason).toBe('stop');
});

test('events come in the order that strict clients want, numbered from 0', async () => {
  const { ask } = await serving({ tako: scriptedProvider(() => [say('Hi'), callTool('weather', {}, 'c1')]) });
  const events = await eventsOf(
    await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true, tools: [weather] }),
  );
  expect(events.map(({ type }) => type)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_item.added',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
    'response.output_item.done',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
});

test('the AI SDK calls its own tools, and the run goes on', async () => {
  const lookup = tool({ name: 'lookup', execute: () => 'done inside' });
  const provider = scriptedProvider([[callTool('lookup')], [callTool('weather', {}, 'call_w')], [say('Rain.')]]);
  const { url } = await serving({ tako: new SingleAgent({ provider, tools: [lookup] }) });
  const { text, steps } = await generateText({
    model: createOpenAI({ baseURL: `${url}/v1`, apiKey: adaToken })('tako'),
    prompt: 'Weather?',
    maxRetries: 0,
    stopWhen: stepCountIs(3),
    tools: { weather: aiTool({ inputSchema: jsonSchema({ type: 'object', properties: {} }), execute: () => 'rain' }) },
  });
  expect([text, steps.length]).toEqual(['Rain.', 2]);
  expect(JSON.stringify(provider.requests[2]?.messages)).toContain('done inside');
  provider.assertComplete();
});

test('a response is gone on from by its id, its tool calls answered, instructions not carried over', async () => {
  const provider = scriptedProvider([[callTool('weather', {}, 'call_w')], [say('Rain.')], [say('Yes.')]]);
  const { url } = await serving({ tako: provider });
  const client = clientOf(url);
  const first = await client.responses.create({
    model: 'tako',
    input: 'Weather?',
    instructions: 'Be brief.',
    tools: [weather],
  });
  const second = await client.responses.create({
    model: 'tako',
    previous_response_id: first.id,
    input: [{ type: 'function_call_output', call_id: 'call_w', output: 'rain' }],
  });
  expect(second).toMatchObject({ output_text: 'Rain.', previous_response_id: first.id });
  await client.responses.stream({ model: 'tako', previous_response_id: second.id, input: 'Sure?' }).finalResponse();
  expect(provider.requests[2]?.messages.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
  ]);
  expect(JSON.stringify(provider.requests)).toContain('Be brief.');
  expect(JSON.stringify(provider.requests[2])).not.toContain('Be brief.');
});

describe('stored responses', () => {
  test('are found and deleted by who made them, streamed or not, and by nobody else', async () => {
    const { url, ask } = await serving({ tako: scriptedProvider(rain) });
    const client = clientOf(url);
    const whole = await client.responses.create({ model: 'tako', input: 'Hi' });
    const streamed = await client.responses.stream({ model: 'tako', input: 'Hi' }).finalResponse();
    for (const { id } of [whole, streamed]) {
      expect(await client.responses.retrieve(id)).toMatchObject({ id, status: 'completed', output_text: 'It rains.' });
      const bob = { authorization: `Bearer ${bobToken}` };
      expect((await ask(`/v1/responses/${id}`, undefined, bob)).status).toBe(404);
      const chained = await ask('/v1/responses', { model: 'tako', input: 'Hi', previous_response_id: id }, bob);
      expect(chained.status).toBe(404);
      expect(await chained.json()).toMatchObject({ error: { code: 'previous_response_not_found' } });
      await client.responses.delete(id);
      await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 404 });
      await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    }
  });

  test('are not kept where the client says so, nor where the run failed', async () => {
    const { ask } = await serving({ tako: scriptedProvider([rain(), [say('Hi'), fail('transport')]]) });
    const whole = (await (await ask('/v1/responses', { model: 'tako', input: 'Hi', store: false })).json()) as {
      id: string;
    };
    expect((await ask(`/v1/responses/${whole.id}`)).status).toBe(404);
    const events = await eventsOf(await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true }));
    const begun = events[0]?.['response'] as { id: string } | undefined;
    expect(begun?.id).toMatch(/^resp_/);
    expect((await ask(`/v1/responses/${begun?.id}`)).status).toBe(404);
  });

  test.each(['resp_nope', '%2e%2e%2fmodels', '__proto__', 'x'.repeat(500)])('the id %s is not there', async (id) => {
    const { ask } = await serving({ tako: scriptedProvider([]) });
    expect((await ask(`/v1/responses/${id}`)).status).toBe(404);
  });
});

test('a failure before the first word has its status; after it, it is told in the response, and clients hear it', async () => {
  const provider = scriptedProvider([
    [fail('budget_exhausted')],
    [say('Hi'), fail('overloaded')],
    [say('Hi'), fail('overloaded')],
    [say('Hi'), fail('overloaded')],
  ]);
  const { url, ask } = await serving({ tako: provider });
  expect((await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true })).status).toBe(429);
  const events = await eventsOf(await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true }));
  expect(events.slice(-2)).toMatchObject([
    { type: 'response.failed', response: { status: 'failed', error: { code: 'overloaded' } } },
    { type: 'error', code: 'overloaded', error: { code: 'overloaded' } },
  ]);
  await expect(
    (async () => {
      for await (const _ of await clientOf(url).responses.create({ model: 'tako', input: 'Hi', stream: true }));
    })(),
  ).rejects.toThrow(/overloaded/);
  const model = createOpenAI({ baseURL: `${url}/v1`, apiKey: adaToken })('tako');
  const errors: unknown[] = [];
  await streamText({
    model,
    prompt: 'Hi',
    maxRetries: 0,
    onError: ({ error }) => void errors.push(error),
  }).consumeStream();
  expect(errors.length).toBeGreaterThan(0);
});

test('a long silence is filled with events, also before the first word, and strict clients take them', async () => {
  const provider = scriptedProvider(() => [pause(100), chunks('abc', 2, 100)]);
  const { url, ask } = await serving({ tako: provider }, { keepAliveMs: 30 });
  const events = await eventsOf(await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true }));
  expect(events[0]?.type).toBe('response.created');
  expect(events.filter(({ type }) => type === 'response.in_progress').length).toBeGreaterThan(3);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
  const final = await clientOf(url).responses.stream({ model: 'tako', input: 'Hi' }).finalResponse();
  expect(final.output_text).toBe('abc');
});

test('the run’s own events wait for the response to begin, and are sent only where they were asked for', async () => {
  const lookup = tool({ name: 'lookup', execute: () => 'ok' });
  const script = [[callTool('lookup')], [say('Hi')]];
  for (const [headers, expected] of [
    [{}, 0],
    [{ 'x-tako-events': '1' }, 7],
  ] as const) {
    const { ask } = await serving({ tako: new SingleAgent({ provider: scriptedProvider(script), tools: [lookup] }) });
    const events = await eventsOf(await ask('/v1/responses', { model: 'tako', input: 'Hi', stream: true }, headers));
    expect(events[0]?.type).toBe('response.created');
    expect(events.at(-1)?.type).toBe('response.completed');
    expect(events.filter(({ type }) => type.startsWith('tako.'))).toHaveLength(expected);
  }
});

test.each<[string, object, string]>([
  ['background', { background: true }, 'background'],
  ['a conversation', { conversation: 'conv_1' }, 'conversation'],
  ['no input', { input: [] }, 'input'],
  ['a body of the other API', { messages: [] }, 'messages'],
  ['a previous id that is no text', { previous_response_id: 7 }, 'previous_response_id'],
  ['an unanswered call', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '' }] }, 'input'],
])('%s is 400', async (_, fields, param) => {
  const { ask } = await serving({ tako: scriptedProvider([]) });
  const response = await ask('/v1/responses', { model: 'tako', input: 'Hi', ...fields });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param } });
});

test('an item that stands for another is found by who made it, and by nobody else', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider });
  const first = (await (await ask('/v1/responses', { model: 'tako', input: 'Hello' })).json()) as {
    readonly output: readonly { readonly id: string }[];
  };
  const input = [
    { role: 'user', content: 'Hello' },
    { type: 'item_reference', id: first.output[0]?.id },
    { role: 'user', content: 'Again' },
  ];
  expect((await ask('/v1/responses', { model: 'tako', input })).status).toBe(200);
  expect(provider.requests[1]?.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'Hi' }] });
  const bob = await ask('/v1/responses', { model: 'tako', input }, { authorization: `Bearer ${bobToken}` });
  expect(bob.status).toBe(404);
  expect(await bob.json()).toMatchObject({ error: { code: 'item_not_found', param: 'input[1]' } });
  const unknown = { model: 'tako', input: [{ type: 'item_reference', id: 'msg_x' }] };
  expect((await ask('/v1/responses', unknown)).status).toBe(404);
});

test('items and tools of other kinds pass, and are named', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider });
  const response = await ask('/v1/responses', {
    model: 'tako',
    input: [
      { type: 'compaction', encrypted_content: 'x' },
      { role: 'user', content: 'Hi' },
    ],
    tools: [{ type: 'custom', name: 'apply_patch' }, weather],
    include: ['reasoning.encrypted_content'],
    truncation: 'auto',
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-tako-ignored')).toBe('include, truncation, input[0], tools[0]');
  expect(provider.requests[0]?.tools).toHaveLength(1);
});
