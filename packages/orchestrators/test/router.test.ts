import { providerError, tool, user, type RouteRequest } from '@tako/core';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, structuredOutput } from '../src/index.js';
import { only, play, playToFailure } from './play.js';
import { callTools, price, say, scriptedModel } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });

test('picks a provider for each step, and says why', async () => {
  const small = scriptedModel([say('ok')], { id: 'test:small' });
  const large = scriptedModel([callTools(['a', 'echo'])], {
    id: 'test:large',
    price: { ...price, inputUsdPerMillion: 5e6 },
  });
  const asked: RouteRequest[] = [];
  const agent = new SingleAgent({
    provider: small,
    candidates: [large],
    tools: [echo],
    router: {
      route: (request) => {
        asked.push(request);
        return request.step === 0
          ? { providerId: 'test:large', reason: 'a plan is needed', confidence: 0.9 }
          : { providerId: 'test:small', reason: 'only words are left' };
      },
    },
  });
  const { result, events } = await play(agent, 'go');

  expect(only(events, 'step_start')).toMatchObject([
    { providerId: 'test:large', reason: 'a plan is needed' },
    { providerId: 'test:small', reason: 'only words are left' },
  ]);
  expect(result.calls.map(({ providerId, costUsd }) => [providerId, costUsd])).toEqual([
    ['test:large', 60],
    ['test:small', 20],
  ]);
  expect(result.costUsd).toBe(80);
  expect(asked.map(({ step, candidates }) => [step, candidates.map(({ id }) => id)])).toEqual([
    [0, ['test:small', 'test:large']],
    [1, ['test:small', 'test:large']],
  ]);
  expect(asked[1]?.request.messages).toHaveLength(3);
});

test('an id that no candidate has fails the run, and names those there are', async () => {
  const provider = scriptedModel([], { id: 'test:a' });
  const agent = new SingleAgent({
    provider,
    candidates: [scriptedModel([], { id: 'test:b' })],
    router: { route: () => Promise.resolve({ providerId: 'test:c', reason: 'why not' }) },
  });
  const { error } = await playToFailure(agent, [user('go')]);
  expect(error.code).toBe('invalid');
  for (const id of ['test:a', 'test:b', 'test:c']) expect(error.message).toContain(id);
  expect(error.partial?.state?.step).toBe(0);
});

test('what a router throws ends the run', async () => {
  const down = providerError('overloaded', 'the classifier is busy');
  const router = { route: () => Promise.reject(down) };
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([]), router }), 'go');
  expect(error).toBe(down);
});

test('the output is asked for in the way that the chosen provider has', async () => {
  const plain = scriptedModel([callTools(['a', 'echo'])], {
    id: 'test:plain',
    capabilities: { structuredOutput: 'no' },
  });
  const rich = scriptedModel([say('{"n":1}')], { id: 'test:rich', capabilities: { structuredOutput: 'yes' } });
  const agent = new SingleAgent({
    provider: plain,
    candidates: [rich],
    tools: [echo],
    output: structuredOutput(z.object({ n: z.number() })),
    router: { route: ({ step }) => ({ providerId: step === 0 ? 'test:plain' : 'test:rich', reason: '' }) },
  });
  const { result, events } = await play(agent, 'go');
  expect(result.output).toEqual({ n: 1 });
  expect(only(events, 'warning').map(({ step }) => step)).toEqual([0]);
  expect(plain.requests[0]?.tools?.map(({ name }) => name)).toEqual(['echo', 'final_answer']);
  expect(rich.requests[0]?.tools?.map(({ name }) => name)).toEqual(['echo']);
  expect(rich.requests[0]?.responseFormat?.type).toBe('json_schema');
});
