import { chat, isTakoError, tool, type Guard, type Verifier } from '@tako/core';
import { pause, SpanBook } from '@tako/testing';
import { expect, test } from 'vitest';

import { Conductor } from '../../src/conductor/index.js';
import { SingleAgent } from '../../src/index.js';
import { SelfCaller } from '../../src/self-caller/index.js';
import { Trinity } from '../../src/trinity/index.js';
import { callTools, say, scriptedModel } from '../scripted-model.js';
import { planner, playRun, says, speaker } from '../tree/speakers.js';

const plan = {
  steps: [
    { worker: 1, task: 'SECRET-TASK', reads: [] },
    { worker: 2, task: 'b', reads: [] },
    { worker: 2, task: 'c', reads: [1, 2] },
  ],
};

test('a conductor: the plan, the workers in their branches, the verdict with its own model call', async () => {
  const book = new SpanBook();
  const look = tool({ name: 'look', execute: () => 'seen' });
  const ann = new SingleAgent({
    provider: scriptedModel([callTools(['a', 'look']), say('ann')], { id: 'ann:m' }),
    tools: [look],
  });
  const bob = speaker('bob:m', () => says('bob'));
  const judge = speaker('judge:m', () => says('fine'));
  const verifier: Verifier = {
    async verify({ messages }, call) {
      await chat(judge, { messages }, call);
      return { score: 1 };
    },
  };
  await playRun(new Conductor({ coordinator: planner(plan), workers: { ann, bob }, verifier, maxFanout: 1 }), 'Q', {
    tracer: book.tracer,
  });
  expect(book.tree()).toEqual([
    'run conductor',
    '  branch coordinator',
    '    run single_agent',
    '      step step 0',
    '        model_call chat x',
    '  branch ann',
    '    run single_agent',
    '      step step 0',
    '        model_call chat m',
    '        tool look',
    '      step step 1',
    '        model_call chat m',
    '  branch bob',
    '    run single_agent',
    '      step step 0',
    '        model_call chat m',
    '  branch bob',
    '    run single_agent',
    '      step step 0',
    '        model_call chat m',
    '  verifier verifier',
    '    model_call chat m',
  ]);
  expect(book.open).toEqual([]);
  expect(book.only('run', 'conductor')).toMatchObject({
    attributes: { depth: 0, stopReason: 'final', modelCalls: 6 },
    events: expect.arrayContaining(['plan']),
  });
  expect(book.only('verifier').attributes).toEqual({ step: 0, branch: 0, score: 1 });
  expect(book.only('branch', 'ann')).toMatchObject({
    attributes: { worker: 'ann', step: 0, branch: 1, stopReason: 'final' },
    content: { task: expect.stringContaining('SECRET-TASK') },
  });
  expect(JSON.stringify(book.spans.map(({ attributes }) => attributes))).not.toContain('SECRET');
  const inner = book.spans.filter(({ kind, parent }) => kind === 'run' && parent !== undefined);
  expect(new Set(inner.map(({ attributes }) => attributes['depth']))).toEqual(new Set([1]));
  const runIds = book.spans.flatMap(({ kind, attributes }) => (kind === 'run' ? [attributes['runId']] : []));
  expect(new Set(runIds).size).toBe(1);
});

test('branches beside each other keep their spans apart', async () => {
  const book = new SpanBook();
  const seen: (string | undefined)[] = [];
  const worker = (name: string): SingleAgent => {
    const probe = tool({
      name: `probe_${name}`,
      execute: async () => {
        for (let turn = 0; turn < 3; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
          seen.push(`${name} in ${book.ambient?.name}`);
        }
        return 'x';
      },
    });
    const provider = scriptedModel([callTools(['a', `probe_${name}`]), say(name)], { id: `${name}:m` });
    return new SingleAgent({ provider, tools: [probe] });
  };
  const steps = [1, 2, 3].map((one) => ({ worker: one, task: 't', reads: one === 3 ? [1, 2] : [] }));
  const conductor = new Conductor({
    coordinator: planner({ steps }),
    workers: { ann: worker('ann'), bob: worker('bob'), cat: worker('cat') },
  });
  await playRun(conductor, 'Q', { tracer: book.tracer });
  expect(new Set(seen)).toEqual(new Set(['ann in probe_ann', 'bob in probe_bob', 'cat in probe_cat']));
  for (const name of ['ann', 'bob', 'cat']) {
    const { parent } = book.only('tool', `probe_${name}`);
    expect(parent?.parent?.parent).toMatchObject({ kind: 'branch', name });
  }
});

test('a self-caller: drafts, verdicts of its guard, revisions', async () => {
  const book = new SpanBook();
  const guard: Guard = { verify: ({ text }) => ({ score: text === 'good' ? 0.9 : 0.1, feedback: 'SECRET-FEEDBACK' }) };
  const inner = new SingleAgent({ provider: scriptedModel([say('bad'), say('good')]) });
  await playRun(new SelfCaller({ inner, guard }), 'Q', { tracer: book.tracer });
  expect(book.tree().filter((line) => !line.startsWith('    '))).toEqual([
    'run self_caller',
    '  branch single_agent',
    '  guard guard',
    '  recursion single_agent',
    '  guard guard',
  ]);
  expect(book.spans.filter(({ kind }) => kind === 'guard').map(({ attributes }) => attributes['score'])).toEqual([
    0.1, 0.9,
  ]);
  expect(JSON.stringify(book.spans.map(({ attributes }) => attributes))).not.toContain('SECRET');
});

test('a team: each turn is routed, then taken', async () => {
  const book = new SpanBook();
  const ann = speaker('agent:ann', () => says('forty-two'));
  const bob = speaker('agent:bob', () => says('VERDICT: ACCEPT'));
  await playRun(new Trinity({ agents: { ann, bob } }), 'Q', { tracer: book.tracer });
  expect(book.tree().filter((line) => !line.startsWith('    '))).toEqual([
    'run trinity',
    '  router choose',
    '  branch ann',
    '  router choose',
    '  branch ann',
    '  router choose',
    '  branch bob',
  ]);
  expect(book.spans.find(({ kind }) => kind === 'router')?.attributes).toMatchObject({
    role: 'thinker',
    worker: 'ann',
  });
  expect(book.open).toEqual([]);
});

test('a guard that fails ends its span with why; the run goes on', async () => {
  const book = new SpanBook();
  const guard: Guard = {
    verify: () => {
      throw new Error('no verdict');
    },
  };
  await playRun(new SelfCaller({ inner: speaker('a:m', () => says('draft')), guard }), 'Q', { tracer: book.tracer });
  expect(book.only('guard').error).toMatchObject({ code: 'invalid' });
  expect(book.only('run', 'self_caller')).toMatchObject({ error: undefined, events: ['warning'] });
});

test.each(['abort', 'leave'] as const)('%s: all branches end their spans', async (how) => {
  const book = new SpanBook();
  const controller = new AbortController();
  const slow = speaker('slow:m', async () => {
    if (how === 'abort') controller.abort();
    return [pause(60_000)];
  });
  const deaf: Verifier = { verify: () => new Promise(() => undefined) };
  const conductor = new Conductor({ coordinator: planner(plan), workers: { ann: slow, bob: slow }, verifier: deaf });
  const options = { tracer: book.tracer, signal: controller.signal };
  const running = (async () => {
    for await (const event of conductor.stream('Q', options))
      if (how === 'leave' && event.type === 'branch_event') break;
  })();
  const ended = await running.then(
    () => 'left',
    (error: unknown) => (isTakoError(error) ? error.code : error),
  );
  expect(ended).toBe(how === 'abort' ? 'cancelled' : 'left');
  expect(book.open).toEqual([]);
  const { isLeft } = book.only('run', 'conductor').attributes as { readonly isLeft?: boolean };
  expect(isLeft).toBe(how === 'leave' ? true : undefined);
});

test('a verifier that hangs when the run is aborted', async () => {
  const book = new SpanBook();
  const controller = new AbortController();
  const deaf: Verifier = {
    verify: () => {
      controller.abort();
      return new Promise(() => undefined);
    },
  };
  const ann = speaker('ann:m', () => says('a'));
  const conductor = new Conductor({ coordinator: planner('no plan'), workers: { ann }, verifier: deaf });
  const options = { tracer: book.tracer, signal: controller.signal };
  await expect(playRun(conductor, 'Q', options)).rejects.toMatchObject({ code: 'cancelled' });
  expect(book.open).toEqual([]);
  expect(book.only('verifier').ends).toBeGreaterThan(0);
});

test('a resumed run tells only of what it does', async () => {
  const provider = scriptedModel([callTools(['a', 'ask']), say('done')], { id: 'w:m' });
  const ask = tool({ name: 'ask', execute: () => 'yes' });
  const ann = new SingleAgent({ provider, tools: [ask], approve: () => ({ action: 'wait' }) });
  const steps = [{ worker: 1, task: 't', reads: [] }];
  const conductor = new Conductor({ coordinator: planner({ steps }), workers: { ann } });
  const first = await playRun(conductor, 'Q');
  const book = new SpanBook();
  const approvals = Object.fromEntries(
    first.result.pending.map(({ toolCallId }) => [toolCallId, { action: 'allow' } as const]),
  );
  for await (const _ of conductor.stream({ state: first.result.state, approvals }, { tracer: book.tracer }));
  expect(book.tree()).toEqual([
    'run conductor',
    '  branch ann',
    '    run single_agent',
    '      tool ask',
    '      step step 1',
    '        model_call chat m',
  ]);
});
