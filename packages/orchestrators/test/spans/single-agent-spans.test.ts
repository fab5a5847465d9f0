import { providerError, tool, type Router } from '@tako/core';
import { SpanBook, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../../src/index.js';
import { gate } from '../gate.js';
import { play, playToFailure } from '../play.js';
import { callTools, say, scriptedModel, text, untilAborted } from '../scripted-model.js';

const look = tool({ name: 'look', execute: () => 'seen' });

test('a run is a tree of spans: steps, their model calls, their tools', async () => {
  const book = new SpanBook();
  const provider = scriptedModel([callTools(['a', 'look'], ['b', 'look']), say('done')]);
  const agent = new SingleAgent({ provider, tools: [look] });
  await play(agent, 'Q', { tracer: book.tracer, runId: 'r1' });
  expect(book.tree()).toEqual([
    'run single_agent',
    '  step step 0',
    '    model_call chat model',
    '    tool look',
    '    tool look',
    '  step step 1',
    '    model_call chat model',
  ]);
  expect(book.spans.map(({ ends }) => ends)).toEqual(book.spans.map(() => 1));
  expect(book.only('run').attributes).toMatchObject({
    kind: 'single_agent',
    runId: 'r1',
    depth: 0,
    stopReason: 'final',
    steps: 2,
    modelCalls: 2,
    inputTokens: 20,
    outputTokens: 10,
    costUsd: 40,
  });
  expect(book.only('step', 'step 0').attributes).toMatchObject({ step: 0, branch: 0, finishReason: 'tool_calls' });
  expect(book.spans.filter(({ kind }) => kind === 'tool').map(({ attributes }) => attributes)).toEqual([
    { tool: 'look', toolCallId: 'a' },
    { tool: 'look', toolCallId: 'b' },
  ]);
});

test('what runs in a tool, a provider or a router has its span as the ambient one, and the call carries it', async () => {
  const book = new SpanBook();
  const seen: string[] = [];
  const note = (): void => void seen.push(`${book.ambient?.kind}`);
  const probe = tool({
    name: 'probe',
    execute: async (_input, { call }) => {
      note();
      await Promise.resolve();
      note();
      call.tracer?.start('secret', 'read', {}, call.span).end();
      return 'x';
    },
  });
  const router: Router = {
    route: async ({ candidates }) => {
      await Promise.resolve();
      note();
      return { providerId: candidates[0]?.id ?? '', reason: 'the first', confidence: 0.5 };
    },
  };
  const provider = scriptedModel([[note, ...callTools(['a', 'probe'])], say('done')]);
  await play(new SingleAgent({ provider, tools: [probe], router }), 'Q', { tracer: book.tracer });
  expect(seen).toEqual(['router', 'model_call', 'tool', 'tool', 'router']);
  expect(book.tree()).toEqual([
    'run single_agent',
    '  step step 0',
    '    router route',
    '    model_call chat model',
    '    tool probe',
    '      secret read',
    '  step step 1',
    '    router route',
    '    model_call chat model',
  ]);
  expect(book.spans.find(({ kind }) => kind === 'router')).toMatchObject({
    attributes: { providerId: 'test:model', confidence: 0.5, candidates: ['test:model'] },
    content: { reason: 'the first' },
  });
  expect(book.ambient).toBeUndefined();
});

test('what was said goes to `content` alone', async () => {
  const book = new SpanBook();
  const echo = tool({ name: 'echo', execute: () => 'SECRET-RESULT' });
  const provider = scriptedModel([callTools(['a', 'echo', '{}']), say('SECRET-ANSWER')]);
  await play(new SingleAgent({ provider, tools: [echo], system: 'SECRET-SYSTEM' }), 'SECRET-QUESTION', {
    tracer: book.tracer,
  });
  const told = JSON.stringify(book.spans.map(({ name, attributes, events }) => [name, attributes, events]));
  expect(told).not.toContain('SECRET');
  const content = JSON.stringify(book.spans.map((span) => span.content));
  for (const said of ['RESULT', 'ANSWER', 'SYSTEM', 'QUESTION']) expect(content).toContain(`SECRET-${said}`);
});

test('a tool that fails, one that hangs, and one that nobody has', async () => {
  const book = new SpanBook();
  const tools = [
    tool({
      name: 'fails',
      execute: () => {
        throw providerError('transport', 'no way');
      },
    }),
    tool({ name: 'hangs', timeoutMs: 5, execute: () => new Promise(() => undefined) }),
  ];
  const provider = scriptedModel([callTools(['a', 'fails'], ['b', 'hangs'], ['c', 'missing']), say('done')]);
  await play(new SingleAgent({ provider, tools }), 'Q', { tracer: book.tracer });
  expect(book.only('tool', 'fails').error).toMatchObject({ code: 'transport' });
  expect(book.only('tool', 'hangs').error).toMatchObject({ code: 'timeout' });
  expect(book.only('step', 'step 0').events).toEqual(['tool_refused']);
  expect(book.open).toEqual([]);
});

test('a failure ends all spans with it, and says what was used', async () => {
  const book = new SpanBook();
  const gone = providerError('overloaded', 'gone', {
    partial: { content: [], usage: { inputTokens: 3, outputTokens: 1 } },
  });
  const provider = scriptedModel([[text('half'), gone]]);
  await playToFailure(new SingleAgent({ provider }), 'Q', { tracer: book.tracer });
  expect(book.spans.map(({ kind, error, ends }) => [kind, error, ends])).toEqual([
    ['run', gone, 1],
    ['step', gone, 1],
    ['model_call', gone, 1],
  ]);
  expect(book.only('run').attributes).toMatchObject({ inputTokens: 3, outputTokens: 1 });
});

test('an abort in the middle of tools ends all spans and leaves no listener', async () => {
  const book = new SpanBook();
  const tracked = trackedSignal();
  const begun = gate();
  const deaf = tool({
    name: 'deaf',
    execute: () => {
      begun.open();
      return new Promise(() => undefined);
    },
  });
  const provider = scriptedModel([callTools(['a', 'deaf'], ['b', 'deaf'])]);
  const running = playToFailure(new SingleAgent({ provider, tools: [deaf] }), 'Q', {
    tracer: book.tracer,
    signal: tracked.signal,
  });
  await begun.opened;
  tracked.abort('enough');
  const { error } = await running;
  expect(error.code).toBe('cancelled');
  expect(book.open).toEqual([]);
  expect(book.only('run').error).toMatchObject({ code: 'cancelled' });
  expect(tracked.listeners).toBe(0);
});

test('an abort while the model speaks', async () => {
  const book = new SpanBook();
  const controller = new AbortController();
  const provider = scriptedModel([[text('a'), untilAborted]]);
  await playToFailure(
    new SingleAgent({ provider }),
    'Q',
    { tracer: book.tracer, signal: controller.signal },
    (event) => {
      if (event.type === 'text_delta') controller.abort();
    },
  );
  expect(book.open).toEqual([]);
  expect(book.only('model_call').attributes).toMatchObject({ isLeft: true });
});

test('a consumer that leaves ends all spans', async () => {
  const book = new SpanBook();
  const provider = scriptedModel([[text('a'), text('b'), untilAborted]]);
  for await (const event of new SingleAgent({ provider }).stream('Q', { tracer: book.tracer })) {
    if (event.type === 'text_delta') break;
  }
  expect(book.open).toEqual([]);
  expect(book.only('run')).toMatchObject({ error: undefined, attributes: { isLeft: true } });
  expect(provider.openStreams).toBe(0);
});

test('an agent as a tool of another one is a run below the tool', async () => {
  const book = new SpanBook();
  const inner = new SingleAgent({ provider: scriptedModel([say('inner')], { id: 'in:m' }) });
  const ask = tool({ name: 'ask', execute: async (_input, { call }) => (await inner.run('q', call)).text });
  const provider = scriptedModel([callTools(['a', 'ask']), say('done')]);
  await play(new SingleAgent({ provider, tools: [ask] }), 'Q', { tracer: book.tracer });
  expect(book.tree()).toEqual([
    'run single_agent',
    '  step step 0',
    '    model_call chat model',
    '    tool ask',
    '      run single_agent',
    '        step step 0',
    '          model_call chat m',
    '  step step 1',
    '    model_call chat model',
  ]);
  expect(book.spans.filter(({ kind }) => kind === 'run').map(({ attributes }) => attributes['depth'])).toEqual([0, 1]);
});

test('input that cannot be run: nothing begins', async () => {
  const book = new SpanBook();
  const agent = new SingleAgent({ provider: scriptedModel([]) });
  await expect(agent.run([], { tracer: book.tracer })).rejects.toMatchObject({ code: 'invalid' });
  expect(book.open).toEqual([]);
});

test('nothing begins before the first event is asked for', () => {
  const book = new SpanBook();
  new SingleAgent({ provider: scriptedModel([]) }).stream('Q', { tracer: book.tracer });
  expect(book.spans).toEqual([]);
});

test('a decision about a tool call is a span before the tool; one that is refused says so', async () => {
  const book = new SpanBook();
  const decisions = [{ action: 'allow' }, { action: 'deny', reason: 'SECRET' }] as const;
  let asked = 0;
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['c1', 'look']), callTools(['c2', 'look']), say('Done.')]),
    tools: [look],
    approve: () => Promise.resolve(decisions[asked++] ?? { action: 'allow' }),
  });
  await agent.run('Q', { tracer: book.tracer });
  const policies = book.spans.filter(({ kind }) => kind === 'policy');
  expect(policies.map(({ parent, attributes }) => [parent?.name, attributes['tool'], attributes['decision']])).toEqual([
    ['step 0', 'look', 'allow'],
    ['step 1', 'look', 'deny'],
  ]);
  expect(book.spans.filter(({ kind }) => kind === 'tool')).toHaveLength(1);
  expect(JSON.stringify(book.spans.map(({ attributes }) => attributes))).not.toContain('SECRET');
  expect(book.open).toEqual([]);
});
