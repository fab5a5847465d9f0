import { tool } from '@tako/core';
import { callTool, chunks, scriptedProvider } from '@tako/testing';
import { expect, test } from 'vitest';

import { Conductor } from '../../src/conductor/index.js';
import { SingleAgent } from '../../src/index.js';
import { SelfCaller } from '../../src/self-caller/index.js';
import { planner } from './speakers.js';

const plan = {
  steps: [
    { worker: 1, task: 'deploy', reads: [] },
    { worker: 2, task: 'look', reads: [] },
    { worker: 2, task: 'report', reads: [1, 2] },
  ],
};

/** A conductor whose first worker may deploy, when somebody allows it; nested in a self caller, to see that paths go through. */
function desk(): { readonly run: SelfCaller['run']; readonly deployed: unknown[] } {
  const deployed: unknown[] = [];
  const deploy = tool({ name: 'deploy', execute: (input) => (deployed.push(input), 'deployed') });
  const worker = new SingleAgent({
    provider: scriptedProvider((request) =>
      request.messages.some(({ role }) => role === 'tool')
        ? [chunks('it is out', 1)]
        : [callTool('deploy', {}, 'call_1')],
    ),
    tools: [deploy],
    approve: () => ({ action: 'wait' }),
  });
  const looker = scriptedProvider(() => [chunks('looked', 1)]);
  const conductor = new Conductor({ coordinator: planner(plan), workers: { worker, looker } });
  const caller = new SelfCaller({ inner: conductor, guard: { verify: () => ({ score: 1 }) } });
  return { run: (...given) => caller.run(...given), deployed };
}

test('a worker that waits for approval makes the whole tree wait; the decision finds its way back', async () => {
  const first = desk();
  const waiting = await first.run('Deploy it.');
  expect(waiting.stopReason).toBe('approval');
  expect(waiting.pending).toMatchObject([{ toolCallId: '0.0:0.1:call_1', name: 'deploy', waitsFor: 'approval' }]);
  expect(first.deployed).toEqual([]);

  const second = desk();
  const state = structuredClone(waiting.state);
  const approvals = Object.fromEntries(
    waiting.pending.map(({ toolCallId }) => [toolCallId, { action: 'allow' } as const]),
  );
  const result = await second.run({ state, approvals });
  expect(result).toMatchObject({ text: 'looked', stopReason: 'final', pending: [] });
  expect(second.deployed).toEqual([{}]);
});

test('a decision about a call that does not wait is refused', async () => {
  const waiting = await desk().run('Deploy it.');
  const run = desk().run({ state: waiting.state, approvals: { call_1: { action: 'allow' } } });
  await expect(run).rejects.toMatchObject({ code: 'invalid' });
});
