import { tool, type RunState } from '@tako/core';
import { fakeClock, trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { settled } from './gate.js';
import { callTools, finish, scriptedModel, text } from './scripted-model.js';

test('nothing happens before the first event is asked for', () => {
  const provider = scriptedModel([]);
  const asked: string[] = [];
  const server = {
    name: 'server',
    tools: () => {
      asked.push('server');
      return Promise.resolve([]);
    },
  };
  const tracked = trackedSignal();
  const { signal } = tracked;
  new SingleAgent({ provider, mcpServers: [server] }).stream('go', { signal });
  expect([provider.requests.length, asked.length, tracked.listeners]).toEqual([0, 0, 0]);
});

test('a consumer that leaves in mid-text closes the provider’s stream', async () => {
  const provider = scriptedModel([[text('Once'), text(' upon'), finish()]]);
  const tracked = trackedSignal();
  const { signal } = tracked;
  for await (const { type } of new SingleAgent({ provider }).stream('go', { signal })) {
    if (type !== 'text_delta') continue;
    expect(provider.openStreams).toBe(1);
    break;
  }
  expect(provider.openStreams).toBe(0);
  expect(tracked.listeners).toBe(0);
  expect(signal.aborted).toBe(false);
});

test('a consumer that leaves in mid-tool aborts the tools that still run', async () => {
  const clock = fakeClock();
  const tracked = trackedSignal();
  const { signal } = tracked;
  const signals: AbortSignal[] = [];
  const hang = tool({
    name: 'hang',
    execute: (_, { call }) => {
      signals.push(call.signal);
      return new Promise(() => undefined);
    },
  });
  const quick = tool({ name: 'quick', execute: () => 'quick' });
  const provider = scriptedModel([callTools(['a', 'hang'], ['b', 'quick'], ['c', 'hang'])]);
  const agent = new SingleAgent({ provider, tools: [hang, quick], clock });
  for await (const { type } of agent.stream('go', { signal })) if (type === 'tool_call_result') break;

  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(clock.timers).toBe(0);
  expect(tracked.listeners).toBe(0);
  expect(signal.aborted).toBe(false);
});

test('tools that wait for their turn do not start after the consumer has left', async () => {
  const started: string[] = [];
  const work = tool({ name: 'work', execute: (_, { toolCallId }) => void started.push(toolCallId) });
  const provider = scriptedModel([callTools(['a', 'work'], ['b', 'work'], ['c', 'work'])]);
  const agent = new SingleAgent({ provider, tools: [work], maxParallelTools: 1 });
  for await (const { type } of agent.stream('go')) if (type === 'tool_call_result') break;
  expect(started).toEqual(['a']);
});

test('results that are there when the consumer leaves are saved', async () => {
  let saved: readonly string[] = [];
  const quick = tool({ name: 'quick', execute: () => 'quick' });
  const later = tool({ name: 'later', execute: () => settled().then(() => 'later') });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'quick'], ['b', 'later'])]),
    tools: [quick, later],
  });
  const onState = ({ toolResults }: RunState): void => {
    saved = toolResults.map(({ toolCallId }) => toolCallId);
  };
  for await (const { type } of agent.stream('go', { onState })) {
    if (type !== 'tool_call_result') continue;
    for (let turn = 0; turn < 3; turn++) await settled(); // `b` ends meanwhile
    break;
  }
  expect(saved).toEqual(['a', 'b']);
});

test('what a tool throws after the consumer has left is nobody’s unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const late = tool({
    name: 'late',
    execute: (_, { call }) =>
      new Promise((__, reject) => {
        call.signal.addEventListener('abort', () => setImmediate(() => reject(new Error('too late'))));
      }),
  });
  const quick = tool({ name: 'quick', execute: () => 'quick' });
  const agent = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'late'], ['b', 'quick'])]),
    tools: [late, quick],
  });
  for await (const { type } of agent.stream('go')) if (type === 'tool_call_result') break;
  for (let turn = 0; turn < 5; turn++) await settled();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
