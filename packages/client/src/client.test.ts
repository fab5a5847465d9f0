import { Budget } from '@tako/budget';
import {
  chat,
  customTracer,
  providerError,
  tool,
  unknownCapabilities,
  user,
  type ChatEvent,
  type ChatRequest,
  type Provider,
  type Span,
  type ToolSource,
} from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '@tako/orchestrators';
import { Conductor } from '@tako/orchestrators/conductor';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { Trinity } from '@tako/orchestrators/trinity';

import { Client } from './client.js';

const question: ChatRequest = { messages: [user('Well?')] };

function model(id: string, failures = 0): Provider & { requests: ChatRequest[] } {
  const requests: ChatRequest[] = [];
  return {
    contract: 1,
    id,
    capabilities: unknownCapabilities,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
    requests,
    async *stream(request): AsyncGenerator<ChatEvent> {
      requests.push(request);
      if (requests.length <= failures) throw providerError('overloaded', 'busy', { retryAfterMs: 1 });
      yield { type: 'text_delta', index: 0, text: `I am ${id}.` };
      yield { type: 'finish', finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 5 } };
    },
  };
}

test('finds providers by id, split at the first colon', async () => {
  const client = new Client({ providers: [model('a:1')], vendors: { ollama: (name) => model(`ollama:${name}`) } });
  expect(client.provider('a:1').id).toBe('a:1');
  expect(client.provider('ollama:llama3.2-vision:11b').id).toBe('ollama:llama3.2-vision:11b');
  expect(client.provider('ollama:x')).toBe(client.provider('ollama:x'));
});

test('an unknown id lists what there is', () => {
  const client = new Client({ providers: [model('a:1')], vendors: { ollama: (name) => model(name) } });
  expect(() => client.provider('b:2')).toThrow('there is no provider "b:2"; there is a:1, ollama:<model>');
  expect(() => client.provider('constructor:x')).toThrow('there is no provider');
});

test('two providers of one id are refused', () => {
  expect(() => new Client({ providers: [model('a:1'), model('a:1')] })).toThrow('two providers have the id "a:1"');
});

test('every provider carries retry and budget', async () => {
  const budget = new Budget({ maxUsdPerDay: 1 });
  const flaky = model('a:1', 1);
  const client = new Client({ providers: [flaky], budget });
  await chat(client.provider('a:1'), question);
  expect(flaky.requests).toHaveLength(2);
  expect((await budget.usage()).spentTokens).toBe(15);
});

test('without reliability the budget still holds', async () => {
  const client = new Client({ providers: [model('a:1')], budget: new Budget({ maxUsdPerDay: 0 }), reliability: false });
  await expect(chat(client.provider('a:1'), question)).rejects.toMatchObject({ code: 'budget_exhausted' });
});

test("an agent offers the tools of the client's servers, and close() closes them", async () => {
  const closed: string[] = [];
  const server: ToolSource & AsyncDisposable = {
    name: 'files',
    tools: async () => [tool({ name: 'list', execute: () => 'none' })],
    [Symbol.asyncDispose]: async () => {
      closed.push('files');
    },
  };
  const inner = model('a:1');
  {
    await using client = new Client({ providers: [inner], mcpServers: [server] });
    const { text } = await client.singleAgent({ provider: 'a:1' }).run('Who are you?');
    expect(text).toBe('I am a:1.');
  }
  expect(inner.requests[0]?.tools).toMatchObject([{ name: 'list' }]);
  expect(closed).toEqual(['files']);
});

test('a provider that is given as it is gets the same layers, once', async () => {
  const budget = new Budget({ maxTokensPerDay: 1_000_000 });
  const own = model('own:1');
  const client = new Client({ budget });
  await client.singleAgent({ provider: own }).run('One');
  await client.singleAgent({ provider: own }).run('Two');
  expect((await budget.usage()).spentTokens).toBe(30);
});

test('two clients do not meet', async () => {
  const one = new Client({ providers: [model('a:1')], budget: new Budget({ maxTokensPerDay: 1_000_000 }) });
  const two = new Client({ providers: [model('a:1')], budget: new Budget({ maxTokensPerDay: 1_000_000 }) });
  await one.singleAgent({ provider: 'a:1' }).run('One');
  expect((await two.budget?.usage())?.spentTokens).toBe(0);
});

test('tracing hears of each run, and of each call once, whatever the number of its tries', async () => {
  const spans: { name: string; parent: string | undefined; ends: number }[] = [];
  const names = new Map<Span, string>();
  const tracing = customTracer({
    start(kind, name, _attributes, parent) {
      const noted = { name, parent: parent && names.get(parent), ends: 0 };
      spans.push(noted);
      const span: Span = {
        kind,
        set: () => undefined,
        event: () => undefined,
        end: () => void noted.ends++,
        run: (work) => work(),
      };
      names.set(span, name);
      return span;
    },
  });
  for (const reliability of [undefined, false] as const) {
    const client = new Client({ providers: [model('a:1', reliability === false ? 0 : 1)], tracing, reliability });
    await client.singleAgent({ provider: 'a:1' }).run('Well?');
    expect(spans.splice(0)).toEqual([
      { name: 'single_agent', parent: undefined, ends: 1 },
      { name: 'step 0', parent: 'single_agent', ends: 1 },
      { name: 'chat 1', parent: 'step 0', ends: 1 },
    ]);
  }
});

test('any orchestrator, by its class: every model in it is found, and carries the layers', async () => {
  const budget = new Budget({ maxTokensPerDay: 1_000_000 });
  const planner = model('p:1');
  const plan = JSON.stringify({ steps: [{ worker: 1, task: 'Go.', reads: [] }] });
  const plans: Provider = {
    ...planner,
    async *stream(request, call): AsyncGenerator<ChatEvent> {
      for await (const event of planner.stream(request, call)) {
        yield event.type === 'text_delta' ? { ...event, text: plan } : event;
      }
    },
  };
  const client = new Client({ providers: [plans], vendors: { a: (name) => model(`a:${name}`, 1) }, budget });
  const guard = { verify: () => ({ score: 1 }) };
  const made = [
    client.orchestrator(Conductor, {
      coordinator: 'p:1',
      workers: { one: { worker: 'a:1', note: 'good' }, two: new SingleAgent({ provider: model('b:1') }) },
    }),
    client.orchestrator(Trinity, { agents: { one: 'a:2', two: model('b:2') }, maxTurns: 2 }),
    client.orchestrator(SelfCaller, { inner: 'a:3', guard }),
    client.orchestrator(SingleAgent, { provider: 'a:4' }),
  ];
  const results = await Promise.all(made.map((orchestrator) => orchestrator.run('Q')));
  expect(results.map(({ text }) => text)).toEqual(['I am a:1.', 'I am a:2.', 'I am a:3.', 'I am a:4.']);
  // Each first call failed, and was tried again.
  const calls = results.flatMap((result) => result.calls);
  expect(calls.filter(({ error }) => error === 'overloaded')).toHaveLength(4);
  const used = calls.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0);
  expect((await budget.usage()).spentTokens).toBe(used);
});

test("a worker that is a model offers the tools of the client's servers; a judge, a coordinator and a worker of one's own do not", async () => {
  const server: ToolSource = { name: 'files', tools: async () => [tool({ name: 'list', execute: () => 'none' })] };
  const [worker, own] = [model('a:1'), model('b:1')];
  const client = new Client({ providers: [worker], mcpServers: [server] });
  const agents = { one: 'a:1', two: new SingleAgent({ provider: own }) };
  await client.orchestrator(Trinity, { agents, maxTurns: 2 }).run('Q');
  expect(worker.requests[0]?.tools).toMatchObject([{ name: 'list' }]);
  expect(own.requests[0]?.tools).toBeUndefined();
  const single = model('c:1');
  await client.orchestrator(SingleAgent, { provider: single }).run('Q');
  expect(single.requests[0]?.tools).toMatchObject([{ name: 'list' }]);
});

test('an id that leads to nobody, and options that are missing, are told', () => {
  const client = new Client({ providers: [model('a:1')] });
  expect(() => client.orchestrator(Trinity, { agents: { one: 'b:1' } })).toThrow('there is no provider "b:1"');
  expect(() => client.orchestrator(Trinity, { agents: {} })).toThrow('at least one agent is needed');
  const nothing = {} as never; // what JavaScript may pass
  expect(() => client.orchestrator(SelfCaller, nothing)).toThrow('a worker is a provider or an orchestrator');
  const nobody = { agents: { one: undefined } } as never;
  expect(() => client.orchestrator(Trinity, nobody)).toThrow('a worker is a provider or an orchestrator');
  // @ts-expect-error -- a coordinator is a model or its id
  expect(() => client.orchestrator(Conductor, { coordinator: 5, workers: { one: 'a:1' } })).toThrow('coordinator');
});
