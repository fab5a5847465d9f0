import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { fail, pause, say, scriptedProvider } from '@tako/testing';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { OpenAI } from 'openai';
import { describe, expect, test, vi } from 'vitest';

import { answer, models } from './models.js';
import { adaToken, serving } from './serving.js';

const question = 'Weather in Oslo?';
const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const }, rain: { type: 'boolean' as const } },
  required: ['city', 'rain'],
  additionalProperties: false,
};

describe.each(Object.keys(models))('%s', (name) => {
  const served = async () => {
    const made = models[name]?.();
    if (made === undefined) throw new Error('no such model');
    const { url } = await serving({ tako: made });
    const baseURL = `${url}/v1`;
    return { baseURL, client: new OpenAI({ baseURL, apiKey: adaToken, maxRetries: 0 }) };
  };

  test('the official client: chat, in one and streamed', async () => {
    const { client } = await served();
    const asked = { model: 'tako', messages: [{ role: 'user' as const, content: question }] };
    const whole = await client.chat.completions.create(asked);
    expect(whole.choices[0]).toMatchObject({ message: { content: answer }, finish_reason: 'stop' });
    expect(whole.usage?.total_tokens).toBeGreaterThanOrEqual(12);
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ message: { content: answer }, finish_reason: 'stop' });
    expect(streamed.usage?.total_tokens).toBeGreaterThanOrEqual(12);
  });

  test('the official client: its tools are run by it, in one and streamed', async () => {
    const { client } = await served();
    const asked = {
      model: 'tako',
      messages: [{ role: 'user' as const, content: question }],
      tools: [
        {
          type: 'function' as const,
          function: {
            name: 'weather',
            description: 'Weather of a city, now',
            parse: (text: string): object => JSON.parse(text),
            parameters: { type: 'object' as const, properties: { city: { type: 'string' as const } } },
            function: (input: object) => `it is raining ${JSON.stringify(input)}`,
          },
        },
      ],
    };
    const whole = client.chat.completions.runTools(asked);
    expect(await whole.finalContent()).toBe(answer);
    // A search may ask for each of its answers.
    const told = whole.messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
    expect(new Set(told)).toEqual(new Set(['it is raining {"city":"Oslo"}']));
    expect(await client.chat.completions.runTools({ ...asked, stream: true }).finalContent()).toBe(answer);
  });

  test('the official client: structured output', async () => {
    const { client } = await served();
    const parsed = await client.chat.completions.parse({
      model: 'tako',
      messages: [{ role: 'user', content: question }],
      response_format: { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema } },
    });
    expect(parsed.choices[0]?.message.parsed).toEqual({ city: 'Oslo', rain: true });
  });

  test('the official client: responses, in one and streamed', async () => {
    const { client } = await served();
    expect((await client.responses.create({ model: 'tako', input: question })).output_text).toBe(answer);
    const final = await client.responses.stream({ model: 'tako', input: question }).finalResponse();
    expect(final.output_text).toBe(answer);
    expect(final.usage?.total_tokens).toBeGreaterThanOrEqual(12);
  });

  test.each(['chat', 'responses'] as const)('the AI SDK over %s: text, tools, an object', async (api) => {
    const { baseURL } = await served();
    const compatible = { name: 'tako', baseURL, apiKey: adaToken, includeUsage: true, supportsStructuredOutputs: true };
    const model =
      api === 'chat' ? createOpenAICompatible(compatible)('tako') : createOpenAI({ baseURL, apiKey: adaToken })('tako');
    const asked = { model, prompt: question, maxRetries: 0 };
    expect(await generateText(asked)).toMatchObject({ text: answer, finishReason: 'stop' });
    const streamed = streamText(asked);
    expect([await streamed.text, await streamed.finishReason]).toEqual([answer, 'stop']);
    const weather = tool({
      inputSchema: jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } } }),
      execute: ({ city }) => `it is raining in ${city}`,
    });
    const called = await generateText({ ...asked, tools: { weather }, stopWhen: stepCountIs(3) });
    expect([called.text, called.steps.length]).toEqual([answer, 2]);
    const { output } = await generateText({ ...asked, output: Output.object({ schema: jsonSchema(schema) }) });
    expect(output).toEqual({ city: 'Oslo', rain: true });
  });

  test('LangChain, in one and streamed', async () => {
    const { baseURL } = await served();
    const options = { model: 'tako', apiKey: adaToken, maxRetries: 0, configuration: { baseURL } };
    expect((await new ChatOpenAI(options).invoke(question)).content).toBe(answer);
    let text = '';
    for await (const chunk of await new ChatOpenAI({ ...options, streaming: true }).stream(question))
      text += chunk.text;
    expect(text).toBe(answer);
  });
});

test('the official client lists and finds models', async () => {
  const { url } = await serving({ 'tako/agent:1': scriptedProvider([]) });
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 0 });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tako/agent:1']);
  expect(await client.models.retrieve('tako/agent:1')).toMatchObject({ id: 'tako/agent:1', object: 'model' });
});

test('the official client hears what went wrong, and does not try a spent budget again', async () => {
  const provider = scriptedProvider(() => [fail('budget_exhausted')]);
  const { url } = await serving({ tako: provider });
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 3 });
  const asked = client.chat.completions.create({ model: 'tako', messages: [{ role: 'user', content: 'Hi' }] });
  await expect(asked).rejects.toMatchObject({
    status: 429,
    code: 'insufficient_quota',
    requestID: expect.stringMatching(/^req_/),
  });
  expect(provider.calls).toHaveLength(1);
});

test('the official client leaves a stream, and the run stops', async () => {
  const provider = scriptedProvider(() => [say('Hi'), pause(Infinity)]);
  const { url } = await serving({ tako: provider });
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: adaToken, maxRetries: 0 });
  const stream = await client.chat.completions.create({
    model: 'tako',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
  });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Hi') break;
  await vi.waitFor(() => expect(provider.calls[0]?.call.signal.aborted).toBe(true));
});
