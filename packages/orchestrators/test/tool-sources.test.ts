import { providerError, tool, user, type Tool, type ToolSource } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { gate, settled } from './gate.js';
import { play, playToFailure, resultTexts } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

function source(name: string, ...tools: readonly Tool[]): ToolSource {
  return { name, tools: () => Promise.resolve(tools) };
}

const search = tool({ name: 'search', execute: () => 'found' });

test('tools of all sources are offered, in order, and asked for anew in every run', async () => {
  let listed = 0;
  const server: ToolSource = {
    name: 'files',
    tools: (call) => {
      listed++;
      expect(call.runId).toBe('run-1');
      return Promise.resolve([tool({ name: 'read', execute: () => 'text' })]);
    },
  };
  const provider = scriptedModel([callTools(['a', 'read'], ['b', 'search']), say('ok'), say('ok')]);
  const agent = new SingleAgent({ provider, tools: [search], mcpServers: [server, source('none')] });
  expect(listed).toBe(0);
  const { result } = await play(agent, 'go', { runId: 'run-1' });
  expect(resultTexts(result)).toEqual(['text', 'found']);
  expect(provider.requests[0]?.tools?.map(({ name }) => name)).toEqual(['search', 'read']);
  await play(agent, 'go', { runId: 'run-1' });
  expect(listed).toBe(2);
});

test('sources are asked at the same time', async () => {
  const doors = [gate(), gate()];
  const asked: number[] = [];
  const servers = doors.map(({ opened }, at) => ({
    name: `s${at}`,
    tools: async () => {
      asked.push(at);
      await opened;
      return [];
    },
  }));
  const playing = play(new SingleAgent({ provider: scriptedModel([say('ok')]), mcpServers: servers }), 'go');
  await settled();
  expect(asked).toEqual([0, 1]);
  for (const { open } of doors) open();
  await playing;
});

test('a source that fails ends the run before the model is asked', async () => {
  const down = providerError('transport', 'the server has died');
  const server = { name: 'files', tools: () => Promise.reject(down) };
  const provider = scriptedModel([]);
  const { error } = await playToFailure(new SingleAgent({ provider, mcpServers: [server] }), 'go');
  expect(error).toBe(down);
  expect(provider.requests).toEqual([]);
});

test.each<[string, ConstructorParameters<typeof SingleAgent>[0], string[]]>([
  ['two of the agent', { provider: scriptedModel([]), tools: [search, search] }, ['the agent']],
  [
    'agent and source',
    { provider: scriptedModel([]), tools: [search], mcpServers: [source('web', search)] },
    ['the agent', '"web"'],
  ],
  [
    'two sources',
    { provider: scriptedModel([]), mcpServers: [source('web', search), source('intranet', search)] },
    ['"web"', '"intranet"'],
  ],
])('two tools of one name are refused, and both owners named: %s', async (_, options, owners) => {
  const { error } = await playToFailure(new SingleAgent(options), 'go');
  expect(error.code).toBe('invalid');
  for (const part of ['"search"', ...owners]) expect(error.message).toContain(part);
});

test('a client tool of the request that is called like one of the agent is refused', async () => {
  const agent = new SingleAgent({ provider: scriptedModel([]), tools: [search] });
  const { error } = await playToFailure(agent, {
    messages: [user('go')],
    tools: [{ name: 'search', inputSchema: { type: 'object' } }],
  });
  expect(error.code).toBe('invalid');
  for (const part of ['"search"', 'the agent', 'the request']) expect(error.message).toContain(part);
});

test('a tool called `final_answer` cannot be told from the one that hands in output: refused where output is asked for', async () => {
  const own = tool({ name: 'final_answer', execute: () => 'mine' });
  const provider = scriptedModel([callTools(['a', 'final_answer']), say('ok')]);
  const { error } = await playToFailure(
    new SingleAgent({ provider, tools: [own], output: structuredOutput(z.object({})) }),
    'go',
  );
  expect(error.code).toBe('invalid');
  expect(error.message).toContain('"final_answer"');

  const { result } = await play(new SingleAgent({ provider, tools: [own] }), 'go');
  expect(resultTexts(result)).toEqual(['mine']);
});
