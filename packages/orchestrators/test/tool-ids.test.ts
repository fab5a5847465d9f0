import { assistant, tool, toolResults, user } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { only, play, resultTexts } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });

/** The ids of the calls and of the results in a history, which must pair up. */
async function idsOf(...answers: Parameters<typeof scriptedModel>[0]): Promise<string[]> {
  const { result, events } = await play(new SingleAgent({ provider: scriptedModel(answers), tools: [echo] }), 'go');
  const calls = result.messages.flatMap((message) =>
    message.role === 'assistant' ? message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])) : [],
  );
  const results = result.messages.flatMap((message) =>
    message.role === 'tool' ? message.content.map(({ toolCallId }) => toolCallId) : [],
  );
  expect(results).toEqual(calls);
  expect(new Set(calls).size, 'ids are unique').toBe(calls.length);
  for (const type of ['tool_call_start', 'tool_call_end'] as const) {
    expect(only(events, type).map(({ toolCallId }) => toolCallId)).toEqual(calls);
  }
  return calls;
}

test('ids of the vendor are kept where they can be', async () => {
  expect(await idsOf(callTools(['a', 'echo'], ['b', 'echo']), callTools(['c', 'echo']), say('ok'))).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test('ids that are counted from zero in every answer are made unique', async () => {
  const ids = await idsOf(
    callTools(['0', 'echo'], ['1', 'echo']),
    callTools(['0', 'echo']),
    callTools(['0', 'echo']),
    say('ok'),
  );
  expect(ids.slice(0, 2)).toEqual(['0', '1']);
});

test('two calls of one answer with one id are two calls', async () => {
  const answer = callTools(['x', 'echo', '{"n":1}'], ['x', 'echo', '{"n":2}'], ['x', 'echo', '{"n":3}']);
  await idsOf(answer, say('ok'));
  const { result } = await play(new SingleAgent({ provider: scriptedModel([answer, say('ok')]), tools: [echo] }), 'go');
  expect(resultTexts(result)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
});

test('empty ids get one', async () => {
  const ids = await idsOf(callTools(['', 'echo'], ['', 'echo']), callTools(['', 'echo']), say('ok'));
  expect(ids.every((id) => id !== '')).toBe(true);
});

test('an id that looks like one of ours does not collide with it', async () => {
  const ids = await idsOf(callTools(['call', 'echo'], ['call_0_2', 'echo'], ['', 'echo'], ['call', 'echo']), say('ok'));
  expect(ids.slice(0, 2)).toEqual(['call', 'call_0_2']);
});

test('ids of an earlier conversation are not used again', async () => {
  const provider = scriptedModel([callTools(['0', 'echo']), say('ok')]);
  const history = [
    user('before'),
    assistant({ type: 'tool_call', id: '0', name: 'echo', arguments: '{}' }),
    toolResults({ type: 'tool_result', toolCallId: '0', name: 'echo', content: [] }),
    assistant('Done.'),
    user('again'),
  ];
  const { result } = await play(new SingleAgent({ provider, tools: [echo] }), history);
  const last = result.messages.at(-2)?.content[0];
  expect(last?.type === 'tool_result' && last.toolCallId).not.toBe('0');
  expect(result.messages.slice(0, 5)).toEqual(history);
});
