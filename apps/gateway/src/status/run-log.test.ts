import { call, chat, user, type Orchestrator, type RunResult } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { Trinity } from '@tako/orchestrators/trinity';
import { fail, say, scriptedProvider, usage } from '@tako/testing';
import { traceToHtml } from '@tako/otel/html';
import { expect, test } from 'vitest';

import { RunLog } from './run-log.js';
import { WordlessTrace } from './wordless-trace.js';

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
const principal = { tenantId: 'acme', userId: 'ada', roles: [] };
const used = usage({ inputTokens: 600_000, outputTokens: 400_000 });

function clock(): () => number {
  let nowMs = 0;
  return () => (nowMs += 10);
}

async function run(log: RunLog, name: string, target: Orchestrator, question = 'secret question'): Promise<RunResult> {
  const observed = log.observed(name, target);
  if (!('run' in observed)) throw new Error('an orchestrator stays one');
  return observed.run(question, { principal });
}

test('a run is remembered with what it used, who made it and how it ended, and with no word of it', async () => {
  const log = new RunLog(5, clock());
  const provider = scriptedProvider([[say('secret answer'), used]], { price });
  expect((await run(log, 'agent', new SingleAgent({ provider }))).text).toBe('secret answer');
  expect(log.runs).toMatchObject([
    {
      model: 'agent',
      tenantId: 'acme',
      userId: 'ada',
      outcome: 'final',
      isFailure: false,
      calls: 1,
      tokens: 1_000_000,
      costUsd: 1,
      durationMs: 10,
    },
  ]);
  expect(log.tenants).toEqual(['acme']);
  expect(JSON.stringify(log.runs)).not.toContain('secret');
  expect(log.runs[0]?.trace.lines).toContain('model_call');
  expect(log.runs[0]?.trace.lines).not.toContain('secret');
});

test('calls and branches of a tree stand where they were made', async () => {
  const log = new RunLog();
  const worker = scriptedProvider([[say('a plan')], [say('an answer')], [say('VERDICT: ACCEPT')]]);
  await run(log, 'team', new Trinity({ agents: { solo: worker } }));
  const drawn = traceToHtml(log.runs[0]?.trace.lines ?? '');
  expect(drawn.match(/<span class="kind branch">branch<\/span><strong>solo</g)).toHaveLength(3);
  expect(drawn.match(/<span class="kind model">/g)).toHaveLength(3);
  for (const word of ['a plan', 'an answer', 'ACCEPT', 'secret']) expect(drawn).not.toContain(word);
});

test('a failure, and a consumer that leaves, are told apart', async () => {
  const log = new RunLog();
  const broken = new SingleAgent({ provider: scriptedProvider([[fail('overloaded', 'gone')]]) });
  await expect(run(log, 'agent', broken)).rejects.toMatchObject({ code: 'overloaded' });
  const observed = log.observed('agent', new SingleAgent({ provider: scriptedProvider([[say('a long answer')]]) }));
  if (!('run' in observed)) throw new Error('an orchestrator stays one');
  for await (const event of observed.stream('hello')) if (event.type === 'text_delta') break;
  expect(log.runs.map(({ outcome, isFailure }) => [outcome, isFailure])).toEqual([
    ['left', false],
    ['overloaded', true],
  ]);
});

test('calls of a bare provider are runs too', async () => {
  const log = new RunLog();
  const observed = log.observed('fast', scriptedProvider([[say('hi'), used], [fail('transport', 'cut')]], { price }));
  if ('run' in observed) throw new Error('a provider stays one');
  await chat(observed, { messages: [user('hello')] }, call({ principal }));
  await expect(chat(observed, { messages: [user('hello')] })).rejects.toMatchObject({ code: 'transport' });
  expect(log.runs).toMatchObject([
    { model: 'fast', outcome: 'transport', isFailure: true, tenantId: 'anonymous' },
    { model: 'fast', outcome: 'stop', isFailure: false, tenantId: 'acme', calls: 1, costUsd: 1 },
  ]);
});

test('only the last runs are kept', async () => {
  const log = new RunLog(2);
  const provider = scriptedProvider([[say('1')], [say('2')], [say('3')]]);
  for (const model of ['a', 'b', 'c']) await run(log, model, new SingleAgent({ provider }));
  expect(log.runs.map(({ model }) => model)).toEqual(['c', 'b']);
});

test('a run of many events keeps a bounded part of them', () => {
  const trace = new WordlessTrace();
  trace.hear({ type: 'run_start', runId: 'r', kind: 'single_agent' });
  for (let step = 0; step < 2_000; step++) trace.hear({ type: 'recursion', step, branch: 0, depth: step, score: 0 });
  const lines = trace.lines.split('\n');
  expect(lines).toHaveLength(501);
  expect(traceToHtml(trace.lines)).toContain('1501 further events are not kept');
});
