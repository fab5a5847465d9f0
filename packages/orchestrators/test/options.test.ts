import { tool } from '@tako/core';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { SingleAgent, structuredOutput, type SingleAgentOptions } from '../src/index.js';
import { playToFailure } from './play.js';
import { say, scriptedModel } from './scripted-model.js';

const provider = scriptedModel([say('ok'), say('ok'), say('ok')]);

test.each<[string, Partial<SingleAgentOptions>]>([
  ['maxSteps', { maxSteps: 0 }],
  ['maxSteps', { maxSteps: Number.NaN }],
  ['maxSteps', { maxSteps: -1 }],
  ['maxOutputRepairs', { maxOutputRepairs: -1 }],
  ['maxParallelTools', { maxParallelTools: 0 }],
  ['toolTimeoutMs', { toolTimeoutMs: 0 }],
  ['toolTimeoutMs', { toolTimeoutMs: Number.NaN }],
  ['maxToolResultCharacters', { maxToolResultCharacters: 0 }],
  ['candidates', { candidates: [scriptedModel([])] }],
  // What JavaScript callers do.
  ['provider', { provider: 'gpt-6-luna' as never }],
  ['output', { output: v.object({ city: v.string() }) as never }],
  ['tools', { tools: { x: tool({ name: 'x' }) } as never }],
  ['mcpServers', { mcpServers: { files: { command: 'npx' } } as never }],
])('%s that cannot work is refused at construction: %j', (name, options) => {
  expect(() => new SingleAgent({ provider, ...options })).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringMatching(`^SingleAgent: .*${name}`) }),
  );
});

test('a missing provider is refused at construction', () => {
  // What JavaScript callers do: an environment variable that is not there, a misspelt option.
  expect(() => new SingleAgent({ provider: undefined } as unknown as SingleAgentOptions)).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringContaining('provider') }),
  );
});

test('options may be undefined: the defaults hold', async () => {
  const agent = new SingleAgent({
    provider: scriptedModel([say('ok')]),
    system: undefined,
    tools: undefined,
    mcpServers: undefined,
    maxSteps: undefined,
    router: undefined,
    candidates: undefined,
    output: undefined,
    maxOutputRepairs: undefined,
    maxParallelTools: undefined,
    toolTimeoutMs: undefined,
    maxToolResultCharacters: undefined,
    approve: undefined,
    prepareStep: undefined,
    onStepEnd: undefined,
    stopWhen: undefined,
    clock: undefined,
    temperature: undefined,
  });
  expect((await agent.run('go')).text).toBe('ok');
});

test.each([
  ['nothing', undefined as never],
  ['a number', 7 as never],
  ['messages whose content is a text', [{ role: 'user', content: 'Hello' }] as never],
  ['a message that is none', [null] as never],
  ['messages that are a text', { messages: 'Hello' } as never],
  ['other fields', { prompt: 'Hello' } as never],
  ['an empty conversation', []],
  ['a request without messages', { messages: [] }],
])('%s is refused', async (_, input) => {
  const { error } = await playToFailure(new SingleAgent({ provider }), input);
  expect(error.code).toBe('invalid');
});

test('an agent is an orchestrator of contract 1 that holds no state', async () => {
  const agent = new SingleAgent({ provider: scriptedModel([say('one'), say('two')]), tools: [tool({ name: 'x' })] });
  expect(agent).toMatchObject({ contract: 1, kind: 'single_agent' });
  expect((await agent.run('go')).steps).toBe(1);
  expect((await agent.run('go')).messages).toHaveLength(2);
});

test('a schema that cannot describe itself is refused where the output is made', () => {
  expect(() => structuredOutput(v.object({}))).toThrow('structuredOutput: the valibot schema cannot describe itself');
});
