import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { callTool, chunks, say, scriptedProvider, usage } from '@tako/testing';
import { generateText, streamText } from 'ai';
import { OpenAI } from 'openai';
import { expect, test } from 'vitest';

import { adaToken, serving } from './serving.js';

const weather = tool({
  name: 'weather',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
  execute: () => 'rain',
});

/** What is served: the same answer by a bare provider, and by an agent that uses a tool on its way. */
const targets = {
  provider: () => scriptedProvider(() => [chunks('It rains in Oslo.', 4), usage({ inputTokens: 7, outputTokens: 5 })]),
  agent: () =>
    new SingleAgent({
      provider: scriptedProvider(({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? [chunks('It rains in Oslo.', 4), usage({ inputTokens: 5, outputTokens: 4 })]
          : [callTool('weather', { city: 'Oslo' }), usage({ inputTokens: 2, outputTokens: 1 })],
      ),
      tools: [weather],
    }),
};

test.each(Object.keys(targets) as (keyof typeof targets)[])(
  'the official client, in one and streamed: %s',
  async (name) => {
    const { url } = await serving({ tako: targets[name]() });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 0 });
    const asked = { model: 'tako', messages: [{ role: 'user' as const, content: 'Weather?' }] };

    const whole = await client.chat.completions.create(asked);
    expect(whole.choices[0]).toMatchObject({ message: { content: 'It rains in Oslo.' }, finish_reason: 'stop' });
    expect(whole.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 });

    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ message: { content: 'It rains in Oslo.' }, finish_reason: 'stop' });
    expect(streamed.usage).toMatchObject({ total_tokens: 12 });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tako']);
    expect(await client.models.retrieve('tako')).toMatchObject({ id: 'tako', object: 'model' });
  },
);

test.each(Object.keys(targets) as (keyof typeof targets)[])('the AI SDK, in one and streamed: %s', async (name) => {
  const { url } = await serving({ tako: targets[name]() });
  const model = createOpenAICompatible({ name: 'tako', baseURL: `${url}/v1`, apiKey: adaToken, includeUsage: true })(
    'tako',
  );
  const whole = await generateText({ model, prompt: 'Weather?', maxRetries: 0 });
  expect(whole).toMatchObject({ text: 'It rains in Oslo.', finishReason: 'stop' });
  const streamed = streamText({ model, prompt: 'Weather?', maxRetries: 0 });
  expect(await streamed.text).toBe('It rains in Oslo.');
  expect(await streamed.finishReason).toBe('stop');
  expect((await streamed.totalUsage).totalTokens).toBe(12);
});

test.each(Object.keys(targets) as (keyof typeof targets)[])('LangChain, in one and streamed: %s', async (name) => {
  const { url } = await serving({ tako: targets[name]() });
  const options = { model: 'tako', apiKey: adaToken, maxRetries: 0, configuration: { baseURL: `${url}/v1` } };
  expect((await new ChatOpenAI(options).invoke('Weather?')).content).toBe('It rains in Oslo.');
  let text = '';
  for await (const chunk of await new ChatOpenAI({ ...options, streaming: true }).stream('Weather?'))
    text += chunk.text;
  expect(text).toBe('It rains in Oslo.');
});

test('calls of client tools are handed out and their results come back', async () => {
  const provider = scriptedProvider([
    [say('Let me look.'), callTool('weather', { city: 'Oslo' }, 'call_a')],
    [say('Rain.')],
  ]);
  const { url } = await serving({ tako: new SingleAgent({ provider }) });
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 0 });
  const runner = client.chat.completions.runTools({
    model: 'tako',
    stream: true,
    messages: [{ role: 'user', content: 'Weather?' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'weather',
          parse: JSON.parse,
          parameters: { type: 'object', properties: {} },
          function: () => 'rain',
        },
      },
    ],
  });
  expect(await runner.finalContent()).toBe('Rain.');
  expect(provider.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  provider.assertComplete();
});
