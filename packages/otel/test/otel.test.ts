import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { customProvider, providerError, Secret, TakoError, tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { expect, test } from 'vitest';

import { observeBudget, otel } from '../src/index.js';
import { recorded } from './recorded.js';
import { scriptedModel } from './scripted-model.js';

const look = tool({ name: 'look', execute: () => 'SECRET-RESULT' });
const answers = [{ call: 'look' }, 'SECRET-ANSWER'];

test('a run by the conventions: names, kinds, attributes', async () => {
  const { tracer, tree, only, spans } = recorded();
  const agent = new SingleAgent({
    provider: scriptedModel(answers),
    tools: [look],
    temperature: 0.5,
    maxOutputTokens: 64,
  });
  await agent.run('SECRET-QUESTION', { tracer, runId: 'r1' });
  expect(tree()).toEqual([
    'invoke_agent single_agent',
    '  step 0',
    '    chat gpt-x',
    '    execute_tool look',
    '  step 1',
    '    chat gpt-x',
  ]);
  const run = only('invoke_agent single_agent');
  expect(run.kind).toBe(SpanKind.INTERNAL);
  expect(run.attributes).toEqual({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'single_agent',
    'gen_ai.usage.input_tokens': 2_000,
    'gen_ai.usage.output_tokens': 200,
    'gen_ai.usage.cache_read.input_tokens': 100,
    'tako.kind': 'single_agent',
    'tako.run_id': 'r1',
    'tako.depth': 0,
    'tako.stop_reason': 'final',
    'tako.steps': 2,
    'tako.model_calls': 2,
    'tako.cost_usd': expect.closeTo(0.0024),
  });
  const [call] = spans().filter(({ name }) => name === 'chat gpt-x');
  expect(call?.kind).toBe(SpanKind.CLIENT);
  expect(call?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.request.stream': true,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 64,
    'gen_ai.response.id': 'r-1',
    'gen_ai.response.model': 'gpt-x-2026',
    'gen_ai.response.finish_reasons': ['tool_calls'],
    'gen_ai.response.time_to_first_chunk': expect.any(Number),
    'gen_ai.usage.input_tokens': 1_000,
    'gen_ai.usage.output_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 50,
    'tako.provider_id': 'openai:gpt-x',
    'tako.cost_usd': expect.closeTo(0.0012),
    'tako.chunks': 1,
  });
  expect(only('execute_tool look').attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'look',
    'gen_ai.tool.call.id': 'call_1',
    'gen_ai.tool.type': 'function',
  });
  expect(JSON.stringify(spans().map(({ attributes, events, status }) => [attributes, events, status]))).not.toContain(
    'SECRET',
  );
});

test('what is measured', async () => {
  const { tracer, metrics } = recorded();
  const fails = tool({ name: 'fails', execute: () => Promise.reject(providerError('transport', 'no')) });
  await new SingleAgent({ provider: scriptedModel([{ call: 'fails' }, 'done']), tools: [fails] }).run('Q', { tracer });
  const found = await metrics();
  const model = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.response.model': 'gpt-x-2026',
  };
  const tokens = { ...model, 'gen_ai.token.modality': 'unknown' };
  expect(found.get('gen_ai.client.inference.duration')).toMatchObject([{ attributes: model, value: { count: 2 } }]);
  expect(found.get('gen_ai.client.inference.time_to_first_chunk')).toMatchObject([{ value: { count: 2 } }]);
  expect(found.get('tako.client.time_per_output_token')).toMatchObject([{ attributes: model, value: { count: 2 } }]);
  expect(found.get('gen_ai.client.inference.usage.input_tokens')).toMatchObject([{ attributes: tokens, value: 2_000 }]);
  expect(found.get('gen_ai.client.inference.usage.output_tokens')).toMatchObject([{ value: 200 }]);
  expect(found.get('gen_ai.client.inference.usage.cache_read.input_tokens')).toMatchObject([{ value: 100 }]);
  expect(found.get('gen_ai.client.inference.operation.input_tokens')).toMatchObject([
    { value: { sum: 2_000, count: 2 } },
  ]);
  expect(found.get('tako.client.cost')).toMatchObject([{ attributes: model, value: expect.closeTo(0.0024) }]);
  const failed = { 'gen_ai.tool.name': 'fails', 'gen_ai.tool.type': 'function', 'error.type': 'transport' };
  expect(found.get('gen_ai.execute_tool.duration')).toMatchObject([{ attributes: failed, value: { count: 1 } }]);
  expect(found.get('tako.tool.errors')).toMatchObject([{ attributes: failed, value: 1 }]);
  expect(found.get('gen_ai.invoke_agent.duration')).toMatchObject([
    { attributes: { 'gen_ai.agent.name': 'single_agent' }, value: { count: 1 } },
  ]);
});

test('what a failed call used is counted, and is no answer whose size is measured', async () => {
  const { tracer, metrics } = recorded();
  const partial = { usage: { inputTokens: 7, outputTokens: 3 }, content: [] };
  const provider = customProvider({
    id: 'openai:gpt-x',
    // eslint-disable-next-line require-yield -- it fails before it says anything
    async *stream() {
      throw new TakoError('overloaded', 'busy', { source: 'openai:gpt-x', partial });
    },
  });
  await expect(new SingleAgent({ provider }).run('Q', { tracer })).rejects.toThrow('busy');
  const found = await metrics();
  expect(found.get('gen_ai.client.inference.usage.input_tokens')).toMatchObject([{ value: 7 }]);
  expect(found.get('gen_ai.client.inference.duration')).toMatchObject([{ attributes: { 'error.type': 'overloaded' } }]);
  expect([...found.keys()].filter((name) => name.includes('.operation.'))).toEqual([]);
});

test('an answer that comes in one piece has no first one', async () => {
  const { tracer, metrics, only } = recorded();
  const span = tracer.start('model_call', 'chat m', { vendor: 'openai', model: 'm', stream: false });
  span.event('first_chunk');
  span.set({ outputTokens: 10 });
  span.end();
  expect(only('chat m').attributes).not.toHaveProperty('gen_ai.response.time_to_first_chunk');
  expect([...(await metrics()).keys()].filter((name) => name.includes('time_'))).toEqual([]);
});

test('what is left of a budget is looked up when metrics are collected, until it is ended', async () => {
  const { meterProvider, metrics } = recorded();
  const accounts = [
    { spentUsd: 1, reservedUsd: 0.5, maxUsd: 10, spentTokens: 5, reservedTokens: 0 },
    { spentUsd: 11, reservedUsd: 0, maxUsd: 10, spentTokens: 5, reservedTokens: 0, maxTokens: 20 },
    new Error('the store is down'),
  ];
  const read = () => {
    const account = accounts.shift();
    if (account === undefined || account instanceof Error) throw account;
    return account;
  };
  const stop = observeBudget({ name: 'acme', read, meterProvider });
  const left = async () => {
    const found = await metrics();
    return ['tako.budget.left', 'tako.budget.left_tokens'].map((name) => found.get(name)?.map(({ value }) => value));
  };
  const reads = [await left(), await left()];
  expect(reads).toEqual([
    [[8.5], undefined],
    [[-1], [15]],
  ]);
  expect(await left()).toEqual([[-1], [15]]);
  stop();
  const before = accounts.length;
  await left();
  expect(accounts).toHaveLength(before);
});

test('labels of metrics are bounded, whatever names models bring', async () => {
  const { tracer, metrics } = recorded({ maxLabelValues: 3 });
  for (let at = 0; at < 10; at++) {
    await new SingleAgent({ provider: scriptedModel(['x'], `openai:m${at}`) }).run('Q', { tracer });
  }
  const points = (await metrics()).get('gen_ai.client.inference.duration') ?? [];
  expect(points.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual(['m0', 'm1', 'm2', '_OTHER']);
});

test('a failure: the code as its type, our message, nobody else’s', async () => {
  const { tracer, only } = recorded();
  const own = tool({ name: 'own', execute: () => Promise.reject(providerError('overloaded', 'busy')) });
  const foreign = tool({ name: 'foreign', execute: () => Promise.reject(new RangeError('SECRET')) });
  const provider = scriptedModel([{ call: 'own' }, { call: 'foreign' }, 'done']);
  await new SingleAgent({ provider, tools: [own, foreign] }).run('Q', { tracer });
  expect(only('execute_tool own')).toMatchObject({
    attributes: { 'error.type': 'overloaded' },
    status: { code: SpanStatusCode.ERROR, message: 'busy' },
  });
  expect(only('execute_tool foreign')).toMatchObject({
    attributes: { 'error.type': 'RangeError' },
    status: { code: SpanStatusCode.ERROR },
  });
  expect(JSON.stringify(only('execute_tool foreign').status)).not.toContain('SECRET');
});

test('content, where it is wanted: in the conventions’ form, redacted and bounded', async () => {
  const { tracer, spans, only } = recorded({
    captureContent: true,
    redact: (text) => text.replaceAll('SECRET', '***'),
    maxContentBytes: 2_000,
  });
  const leaky = tool({
    name: 'look',
    execute: () => ({
      said: `SECRET ${'x'.repeat(100_000)}`,
      key: new Secret('sk-hidden-1'),
      auth: 'Bearer abcdef123456',
    }),
  });
  await new SingleAgent({ provider: scriptedModel(answers), tools: [leaky] }).run('SECRET-QUESTION sk-live-12345678', {
    tracer,
  });
  const [call] = spans().filter(({ name }) => name === 'chat gpt-x');
  expect(JSON.parse(String(call?.attributes['gen_ai.input.messages']))).toEqual([
    { role: 'user', parts: [{ type: 'text', content: '***-QUESTION <redacted>' }] },
  ]);
  expect(JSON.parse(String(call?.attributes['gen_ai.output.messages']))).toEqual([
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'look', arguments: '{}' }] },
  ]);
  const result = String(only('execute_tool look').attributes['gen_ai.tool.call.result']);
  expect(JSON.parse(result)).toMatchObject({
    said: expect.stringMatching(/^\*\*\* x+… \[\d+ characters\]$/),
    auth: '<redacted>',
  });
  expect(result.length).toBeLessThanOrEqual(2_000);
  expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toMatch(/SECRET|sk-hidden|sk-live|abcdef/);
});

test('foreign spans nest, and where nobody has registered an SDK nothing happens', async () => {
  const { tracer, tracerProvider, tree } = recorded();
  const outside = tracerProvider.getTracer('http');
  const nested = tool({
    name: 'look',
    execute: async () => {
      await Promise.resolve();
      outside.startSpan('GET /').end();
      return 'x';
    },
  });
  await outside.startActiveSpan('request', async (span) => {
    await new SingleAgent({ provider: scriptedModel(answers), tools: [nested] }).run('Q', { tracer });
    span.end();
  });
  expect(tree()).toEqual([
    'request',
    '  invoke_agent single_agent',
    '    step 0',
    '      chat gpt-x',
    '      execute_tool look',
    '        GET /',
    '    step 1',
    '      chat gpt-x',
  ]);
  const { text } = await new SingleAgent({ provider: scriptedModel(['fine']) }).run('Q', { tracer: otel() });
  expect(text).toBe('fine');
  expect(trace.getActiveSpan()).toBeUndefined();
});

test('kinds that are not wanted leave no gap', async () => {
  const { tracer, tree } = recorded({ isWanted: (kind) => kind !== 'step' });
  await new SingleAgent({ provider: scriptedModel(answers), tools: [look] }).run('Q', { tracer });
  expect(tree()).toEqual(['invoke_agent single_agent', '  chat gpt-x', '  execute_tool look', '  chat gpt-x']);
});

test('a trace of another process goes on; headers that make no sense begin a new one', () => {
  const { tracer, spans } = recorded();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const remote = tracer.remote?.({ traceparent, tracestate: 'a=b' }, 'server_request');
  const span = tracer.start('server_request', 'tools/call x', {}, remote);
  span.end();
  expect(span.traceContext?.()).toMatchObject({
    traceparent: expect.stringContaining('4bf92f3577b34da6a3ce929d0e0e4736'),
    tracestate: 'a=b',
  });
  expect(spans()[0]?.parentSpanContext).toMatchObject({ spanId: '00f067aa0ba902b7', isRemote: true });
  for (const bad of [
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff${traceparent.slice(2)}`,
    traceparent.toUpperCase(),
    '00-'.repeat(1e5),
  ]) {
    expect(tracer.remote?.({ traceparent: bad }, 'server_request')).toBeUndefined();
  }
});

test.each([{ maxContentBytes: 1 }, { maxLabelValues: 0 }, { maxContentBytes: Number.NaN }])(
  '%j is refused',
  (options) => {
    expect(() => otel(options)).toThrow('otel: ');
  },
);
