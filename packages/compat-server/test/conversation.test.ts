import {
  tool,
  type ChatRequest,
  type Message,
  type RunEvent,
  type RunResult,
  type Orchestrator,
  type StopReason,
} from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { callTool, chunks, pause, say, scriptedProvider, think, usage } from '@tako/testing';
import { expect, test } from 'vitest';

import { bobToken, framesOf, serving } from './serving.js';

const pixel = 'iVBORw0KGgo=';
const clientTool = { type: 'function', function: { name: 'ask_user', parameters: { type: 'object' } } };
const hello = { role: 'user', content: 'Hello' };

/** What a completion says, in short. */
interface Said {
  readonly choices: readonly {
    readonly message: { readonly content: string; readonly tool_calls?: readonly { readonly id: string }[] };
    readonly finish_reason: string;
  }[];
  readonly usage: { readonly total_tokens: number };
}

test('the whole conversation and every parameter reach the target, by a provider and by an agent', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ bare: provider, agent: new SingleAgent({ provider, system: 'Be kind.' }) });
  const messages = [
    { role: 'system', content: 'Speak French.' },
    { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'a pixel' },
    { role: 'assistant', content: 'A pixel.' },
    { role: 'user', content: 'Sure?' },
  ];
  const asked = {
    messages,
    temperature: 0.5,
    top_p: 0.9,
    max_completion_tokens: 50,
    stop: ['END'],
    seed: 7,
    reasoning_effort: 'low',
    metadata: { team: 'x' },
    parallel_tool_calls: false,
    tools: [clientTool],
    tool_choice: { type: 'function', function: { name: 'ask_user' } },
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
  };
  for (const model of ['bare', 'agent'])
    expect((await ask('/v1/chat/completions', { ...asked, model })).status).toBe(200);

  const [bare, agent] = provider.requests;
  const roles = ({ messages: read }: ChatRequest): string[] => read.map(({ role }: Message) => role);
  expect(bare && roles(bare)).toEqual(['system', 'system', 'user', 'assistant', 'tool', 'assistant', 'user']);
  expect(bare).toMatchObject({
    temperature: 0.5,
    topP: 0.9,
    maxOutputTokens: 50,
    stop: ['END'],
    seed: 7,
    reasoning: { effort: 'low' },
    metadata: { team: 'x' },
    parallelToolCalls: false,
    tools: [{ name: 'ask_user' }],
    toolChoice: { name: 'ask_user' },
    responseFormat: { type: 'json_schema', name: 'answer' },
  });
  expect(bare?.messages[2]).toMatchObject({ content: [{ type: 'text' }, { type: 'image', data: pixel }] });
  expect(JSON.stringify(agent?.messages)).toContain('Be kind.');
  expect(agent?.messages.slice(-6)).toEqual(bare?.messages.slice(-6));
  expect({ ...agent, messages: [] }).toMatchObject({ ...bare, messages: [], tools: [{ name: 'ask_user' }] });
});

test('what is not honoured is named', async () => {
  const { ask } = await serving({ tako: scriptedProvider(() => [say('Hi')]) });
  const asked = {
    model: 'tako',
    messages: [{ ...hello, name: 'Ada' }],
    frequency_penalty: 1,
    'a\u0000b': 1,
    user: 'u',
  };
  const response = await ask('/v1/chat/completions', asked);
  expect(response.headers.get('x-tako-ignored')).toBe('frequency_penalty, user, messages[0].name, +1');
});

test.each([
  ['calls without results', [hello, calling('c1')], 'messages[1].tool_calls'],
  ['one result of two', [hello, calling('c1', 'c2'), result('c1'), hello], 'messages[1].tool_calls'],
  ['a result twice', [hello, calling('c1'), result('c1'), result('c1')], 'messages[3].tool_call_id'],
  ['a result of nothing', [hello, result('c1')], 'messages[1].tool_call_id'],
])('%s: 400', async (_, messages, param) => {
  const { ask } = await serving({ tako: scriptedProvider([]) });
  const response = await ask('/v1/chat/completions', { model: 'tako', messages });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param } });
});

function calling(...ids: string[]) {
  const call = (id: string) => ({ id, type: 'function', function: { name: 'ask_user', arguments: '{}' } });
  return { role: 'assistant', content: null, tool_calls: ids.map(call) };
}

function result(id: string) {
  return { role: 'tool', tool_call_id: id, content: 'yes' };
}

/** An agent that looks something up by itself, then asks the client, then answers. */
function researcher() {
  let looked = 0;
  const lookup = tool({
    name: 'lookup',
    execute: () => {
      looked++;
      return 'the secret is 42';
    },
  });
  const provider = scriptedProvider(({ messages }) => {
    const text = JSON.stringify(messages);
    const spent = usage({ inputTokens: 10, outputTokens: 1 });
    if (!text.includes('the secret is 42')) return [callTool('lookup', {}, 'call_1'), spent];
    if (!text.includes('yes')) return [say('May I tell?'), callTool('ask_user', {}, 'call_2'), spent];
    return [say('It is 42.'), spent];
  });
  return { agent: new SingleAgent({ provider, tools: [lookup] }), looked: () => looked, provider };
}

test('a run that waits for the client goes on where it was, and its own work is neither shown nor repeated', async () => {
  const { agent, looked } = researcher();
  const { ask } = await serving({ tako: agent });
  const asked = { model: 'tako', messages: [hello], tools: [clientTool] };
  const first = (await (await ask('/v1/chat/completions', asked)).json()) as Said;
  expect(first.choices[0]).toMatchObject({
    message: { content: 'May I tell?', tool_calls: [{ id: 'call_2', function: { name: 'ask_user' } }] },
    finish_reason: 'tool_calls',
  });
  expect(first.usage.total_tokens).toBe(22);

  const followUp = { ...asked, messages: [hello, first.choices[0]?.message, result('call_2')] };
  const second = (await (await ask('/v1/chat/completions', followUp)).json()) as Said;
  expect(second.choices[0]).toMatchObject({ message: { content: 'It is 42.' }, finish_reason: 'stop' });
  expect(second.usage.total_tokens).toBe(11);
  expect(looked()).toBe(1);
});

test.each<[string, unknown[], Record<string, string>]>([
  ['a history that was changed', [{ role: 'user', content: 'Hello!' }], {}],
  ['somebody else’s', [hello], { authorization: `Bearer ${bobToken}` }],
])('%s begins anew', async (_, history, headers) => {
  const { agent, looked } = researcher();
  const { ask } = await serving({ tako: agent });
  const asked = { model: 'tako', tools: [clientTool] };
  await ask('/v1/chat/completions', { ...asked, messages: [hello] });
  const followUp = { ...asked, messages: [...history, calling('call_2'), result('call_2')] };
  expect((await ask('/v1/chat/completions', followUp, headers)).status).toBe(200);
  expect(looked()).toBe(2);
});

test('the run’s own events are sent only where they were asked for', async () => {
  const { agent } = researcher();
  const { ask } = await serving({ tako: agent });
  const asked = { model: 'tako', messages: [hello], tools: [clientTool], stream: true };
  const plain = await framesOf(await ask('/v1/chat/completions', asked));
  expect(plain.join('\n')).not.toMatch(/event:|lookup/);
  const own = await framesOf(await ask('/v1/chat/completions', asked, { 'x-tako-events': '1' }));
  const names = own.flatMap((frame) => /^event: (\S+)/.exec(frame)?.[1] ?? []);
  expect(names).toEqual([
    'tako.step_start',
    'tako.tool_call_start',
    'tako.tool_call_result',
    'tako.budget',
    'tako.step_start',
    'tako.tool_call_start',
    'tako.budget',
    'tako.budget',
  ]);
  expect(own.filter((frame) => frame.startsWith('data:')).length).toBe(plain.length);
});

test('texts of several steps are one text, in one and streamed', async () => {
  const look = tool({ name: 'look', execute: () => 'ok' });
  const provider = scriptedProvider(({ messages }) =>
    messages.at(-1)?.role === 'tool' ? [say('Done.')] : [think('Hm.'), say('Looking.'), callTool('look')],
  );
  const { ask } = await serving({ tako: new SingleAgent({ provider, tools: [look] }) });
  const asked = { model: 'tako', messages: [hello] };
  const whole = (await (await ask('/v1/chat/completions', asked)).json()) as Said;
  expect(whole.choices[0]?.message).toMatchObject({ content: 'Looking.\n\nDone.', reasoning_content: 'Hm.' });
  const frames = await framesOf(await ask('/v1/chat/completions', { ...asked, stream: true }));
  const text = frames
    .slice(0, -1)
    .map((frame) => (JSON.parse(frame.slice(6)) as Delta).choices[0]?.delta.content ?? '');
  expect(text.join('')).toBe('Looking.\n\nDone.');
  // Where the answer must be JSON, only the last step's text is.
  const json = { ...asked, response_format: { type: 'json_object' } };
  const only = (await (await ask('/v1/chat/completions', json)).json()) as Said;
  expect(only.choices[0]?.message.content).toBe('Done.');
});

interface Delta {
  readonly choices: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
}

/** An orchestrator that ends like this. */
function ending(stopReason: StopReason): Orchestrator {
  const ended = { text: 'Hi', pending: [], usage: { inputTokens: 1, outputTokens: 1 }, stopReason };
  const orchestrator: Orchestrator = {
    contract: 1,
    kind: 'scripted',
    async *stream(): AsyncGenerator<RunEvent> {
      yield { type: 'finish', result: ended as unknown as RunResult }; // the rest is not looked at
    },
    run: () => Promise.reject(new Error('not asked for')),
  };
  return orchestrator;
}

test.each<[StopReason, number, string | undefined]>([
  ['final', 200, 'stop'],
  ['stop_condition', 200, 'stop'],
  ['guard', 200, 'stop'],
  ['length', 200, 'length'],
  ['max_steps', 200, 'length'],
  ['budget', 200, 'length'],
  ['content_filter', 200, 'content_filter'],
  ['approval', 403, undefined],
  ['error', 502, undefined],
])('a run that ends by %s is %i %s, streamed or not', async (stopReason, status, reason) => {
  const { ask } = await serving(ending(stopReason));
  const asked = { model: 'tako/scripted', messages: [hello] };
  const whole = await ask('/v1/chat/completions', asked);
  expect(whole.status).toBe(status);
  expect(((await whole.json()) as Partial<Said>).choices?.[0]?.finish_reason).toBe(reason);
  const streamed = await ask('/v1/chat/completions', { ...asked, stream: true });
  expect(streamed.status).toBe(status);
  expect(/"finish_reason":"(\w+)"/.exec(await streamed.text())?.[1]).toBe(reason);
});

test('the usage chunk comes last, and only where it was asked for', async () => {
  const { ask } = await serving({
    tako: scriptedProvider(() => [say('Hi'), usage({ inputTokens: 3, outputTokens: 2, cachedInputTokens: 1 })]),
  });
  const asked = { model: 'tako', messages: [hello], stream: true };
  expect(await (await ask('/v1/chat/completions', asked)).text()).not.toContain('usage');
  const frames = await framesOf(
    await ask('/v1/chat/completions', { ...asked, stream_options: { include_usage: true } }),
  );
  expect(JSON.parse(frames.at(-2)?.slice(6) ?? '')).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, prompt_tokens_details: { cached_tokens: 1 } },
  });
});

test('a long silence, before the first word and after it, is filled with comments', async () => {
  const provider = scriptedProvider(() => [pause(120), chunks('abc', 2, 120)]);
  const { ask } = await serving({ tako: provider }, { keepAliveMs: 40 });
  const frames = await framesOf(await ask('/v1/chat/completions', { model: 'tako', messages: [hello], stream: true }));
  expect(frames[0]).toBe(': ping');
  expect(frames.filter((frame) => frame === ': ping').length).toBeGreaterThanOrEqual(3);
  expect(frames.at(-1)).toBe('data: [DONE]');
});
