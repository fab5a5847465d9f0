import { tool, type ApprovalDecision, type RunState } from '@tako/core';
import { trackedSignal } from '@tako/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent, type SingleAgentOptions, type ToolCallRequest, structuredOutput } from '../src/index.js';
import { gate, settled } from './gate.js';
import { play, playToFailure, resultTexts } from './play.js';
import { callTools, say, scriptedModel, type ScriptedCall } from './scripted-model.js';

type Approve = NonNullable<SingleAgentOptions['approve']>;

/** An agent whose tool `remove` notes what it was run with. Without `calls` it is at its last answer. */
function guarded(approve: Approve | undefined, calls: readonly ScriptedCall[]) {
  const removed: string[] = [];
  const remove = tool({
    name: 'remove',
    inputSchema: z.object({ path: z.string().startsWith('/data/') }),
    execute: ({ path }) => {
      removed.push(path);
      return `removed ${path}`;
    },
  });
  const provider = scriptedModel(calls.length === 0 ? [say('done')] : [callTools(...calls), say('done')]);
  return { agent: new SingleAgent({ provider, tools: [remove], approve }), removed, provider };
}

const one: readonly ScriptedCall[] = [['a', 'remove', '{"path":"/data/x"}']];
const two: readonly ScriptedCall[] = [...one, ['b', 'remove', '{"path":"/data/y"}']];

test('allow: the hook sees the raw and the validated arguments, then the tool runs', async () => {
  const asked: ToolCallRequest[] = [];
  const { agent, removed } = guarded((request) => {
    asked.push(request);
    return { action: 'allow' };
  }, one);
  const { result } = await play(agent, 'go');
  expect(removed).toEqual(['/data/x']);
  expect(resultTexts(result)).toEqual(['removed /data/x']);
  expect(asked).toEqual([
    {
      toolCallId: 'a',
      name: 'remove',
      arguments: '{"path":"/data/x"}',
      input: { path: '/data/x' },
      step: 0,
      signal: expect.any(AbortSignal),
    },
  ]);
});

test('the hook is not asked about calls that cannot run', async () => {
  const asked: string[] = [];
  const { agent } = guarded(
    ({ toolCallId }) => {
      asked.push(toolCallId);
      return { action: 'allow' };
    },
    [
      ['a', 'remove', '{"path":"/etc"}'],
      ['b', 'remove', '{'],
      ['c', 'nothing'],
      ['d', 'remove', '{"path":"/data/x"}'],
    ],
  );
  await play(agent, 'go');
  expect(asked).toEqual(['d']);
});

test('deny: the tool does not run, and the model reads the reason', async () => {
  const { agent, removed, provider } = guarded(({ toolCallId }) => {
    return toolCallId === 'a' ? { action: 'deny', reason: 'not on a Friday' } : { action: 'allow' };
  }, two);
  const { result } = await play(agent, 'go');
  expect(removed).toEqual(['/data/y']);
  expect(resultTexts(result)).toEqual(['The call was not allowed: not on a Friday', 'removed /data/y']);
  expect(provider.requests[1]?.messages[2]?.content).toMatchObject([
    { toolCallId: 'a', isError: true },
    { toolCallId: 'b' },
  ]);
});

test('edit: the tool runs with the new arguments', async () => {
  const { agent, removed } = guarded(() => ({ action: 'edit', arguments: '{"path":"/data/other"}' }), one);
  await play(agent, 'go');
  expect(removed).toEqual(['/data/other']);
});

test.each(['{"path":"/etc/passwd"}', '{', '{}'])('edit: %s is checked like the first arguments', async (args) => {
  const { agent, removed } = guarded(() => ({ action: 'edit', arguments: args }), one);
  const { result } = await play(agent, 'go');
  expect(removed).toEqual([]);
  expect(resultTexts(result)[0]).toMatch(/^The arguments (do not fit|are not valid JSON)/);
  expect(result.messages[2]?.content).toMatchObject([{ isError: true }]);
});

test.each([false, true, undefined, null, 'allow', {}, { action: 'Allow' }, { action: 'reject' }])(
  'an answer that is no decision (%j) never runs the tool',
  async (answer) => {
    // What JavaScript callers and databases hand us, whatever the types say.
    const { agent, removed } = guarded(() => answer as ApprovalDecision, one);
    const { error } = await playToFailure(agent, 'go');
    expect(error.code).toBe('invalid');
    expect(removed).toEqual([]);
  },
);

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'a tool call whose id is %s is asked about like any other',
  async (id) => {
    const { agent, removed } = guarded(
      () => ({ action: 'deny', reason: 'no' }),
      [[id, 'remove', '{"path":"/data/x"}']],
    );
    const { result } = await play(agent, 'go');
    expect(removed).toEqual([]);
    expect(resultTexts(result)).toEqual(['The call was not allowed: no']);
  },
);

test('wait: the run ends, the other calls are done; resumed with the decision it goes on and repeats nothing', async () => {
  const wait: Approve = ({ toolCallId }) => ({ action: toolCallId === 'a' ? 'wait' : 'allow' });
  const first = guarded(wait, two);
  const { result } = await play(first.agent, 'go');

  expect(result).toMatchObject({
    stopReason: 'approval',
    steps: 1,
    pending: [{ toolCallId: 'a', name: 'remove', arguments: '{"path":"/data/x"}', waitsFor: 'approval' }],
  });
  expect(first.removed).toEqual(['/data/y']);

  const state = JSON.parse(JSON.stringify(result.state)) as RunState;
  const agent = new SingleAgent({
    provider: scriptedModel([say('done')]),
    tools: [tool({ name: 'remove', inputSchema: { type: 'object' }, execute: () => 'removed later' })],
    approve: () => ({ action: 'deny', reason: 'the hook is not asked again' }),
  });
  const resumed = await play(agent, { state, approvals: { a: { action: 'allow' } } });
  expect(resumed.result).toMatchObject({ stopReason: 'final', text: 'done', steps: 2, pending: [] });
  expect(resultTexts(resumed.result)).toEqual(['removed later', 'removed /data/y']);
});

test.each<[string, ApprovalDecision, string, string[]]>([
  ['deny', { action: 'deny', reason: 'no' }, 'The call was not allowed: no', []],
  ['edit', { action: 'edit', arguments: '{"path":"/data/z"}' }, 'removed /data/z', ['/data/z']],
])('a run that waited can be resumed with %s', async (_, decision, told, ran) => {
  const { result } = await play(guarded(() => ({ action: 'wait' }), one).agent, 'go');
  const { agent, removed } = guarded(undefined, []);
  const resumed = await play(agent, { state: result.state, approvals: { a: decision } });
  expect(resultTexts(resumed.result)).toEqual([told]);
  expect(removed).toEqual(ran);
});

test('two calls wait: decided one at a time, the run waits again for the other', async () => {
  const makeAgent = () => guarded(() => ({ action: 'wait' }), two);
  const first = await play(makeAgent().agent, 'go');
  expect(first.result.pending.map(({ toolCallId }) => toolCallId)).toEqual(['a', 'b']);

  const { agent, removed } = makeAgent();
  const second = await play(agent, { state: first.result.state, approvals: { b: { action: 'allow' } } });
  expect(second.result.stopReason).toBe('approval');
  expect(second.result.pending.map(({ toolCallId }) => toolCallId)).toEqual(['a']);
  expect(removed).toEqual(['/data/y']);

  const third = await playToFailure(makeAgent().agent, {
    state: second.result.state,
    approvals: { c: { action: 'allow' } },
  });
  expect(third.error.code).toBe('invalid');
  expect(third.error.message).toContain('"c"');
});

test('a decision in an unknown word, given on resume, runs nothing', async () => {
  const { result } = await play(guarded(() => ({ action: 'wait' }), one).agent, 'go');
  const { agent, removed } = guarded(undefined, one);
  const decision = { action: 'rejected' } as unknown as ApprovalDecision; // from a form, a queue, a database
  const { error } = await playToFailure(agent, { state: result.state, approvals: { a: decision } });
  expect(error.code).toBe('invalid');
  expect(removed).toEqual([]);
});

test('a hook may hold a call as long as it likes, while others run', async () => {
  const held = gate();
  const { agent, removed } = guarded(async ({ toolCallId }) => {
    if (toolCallId === 'a') await held.opened;
    return { action: 'allow' };
  }, two);
  const playing = play(agent, 'go');
  await settled();
  expect(removed).toEqual(['/data/y']);
  held.open();
  const { result } = await playing;
  expect(removed).toEqual(['/data/y', '/data/x']);
  expect(resultTexts(result)).toEqual(['removed /data/x', 'removed /data/y']);
});

test('an abort while the hook holds ends the run at once, and the hook hears of it', async () => {
  const tracked = trackedSignal();
  const { signal, abort } = tracked;
  let hookSignal: AbortSignal | undefined;
  const { agent, removed } = guarded((request) => {
    hookSignal = request.signal;
    return new Promise(() => undefined);
  }, one);
  const playing = playToFailure(agent, 'go', { signal });
  await settled();
  abort(new Error('enough'));
  const { error } = await playing;
  expect(error).toMatchObject({ code: 'cancelled', cause: signal.reason });
  expect(hookSignal?.aborted).toBe(true);
  expect(removed).toEqual([]);
  expect(tracked.listeners).toBe(0);
});

test('a hook that throws ends the run, and the call can still be decided', async () => {
  const bug = new Error('the approval service is down');
  const { agent, removed } = guarded(() => {
    throw bug;
  }, one);
  const { error } = await playToFailure(agent, 'go');
  expect(error).toMatchObject({ code: 'invalid', cause: bug });
  expect(removed).toEqual([]);

  const state = error.partial?.state;
  if (state === undefined) throw new Error('a failed run tells its state');
  const later = new SingleAgent({
    provider: scriptedModel([say('done')]),
    tools: [tool({ name: 'remove', inputSchema: { type: 'object' }, execute: () => 'removed' })],
  });
  expect(resultTexts(await later.run({ state }))).toEqual(['removed']);
});

test('the tool by which output is handed in is ours: nobody is asked about it', async () => {
  const asked: string[] = [];
  const provider = scriptedModel([callTools(['a', 'final_answer', '{"n":1}'])], {
    capabilities: { structuredOutput: 'no' },
  });
  const agent = new SingleAgent({
    provider,
    output: structuredOutput(z.object({ n: z.number() })),
    approve: ({ name }) => {
      asked.push(name);
      return { action: 'wait' };
    },
  });
  const { result } = await play(agent, 'go');
  expect(result).toMatchObject({ stopReason: 'final', output: { n: 1 } });
  expect(asked).toEqual([]);
});
