import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { customProvider, TakoError, type Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts, readSearchTree } from '@tako/orchestrators/ab-mcts';
import { fakeClock } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  comparePairs,
  containsExpected,
  evaluate,
  exactMatch,
  jsonEquals,
  numberEquals,
  verified,
  type EvalOptions,
  type EvalTask,
  type Grader,
} from '../src/index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eval-'));
});
afterAll(() => rm(folder, { recursive: true }));

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
const usage = { inputTokens: 1_000_000, outputTokens: 0 };

/** Answers with what `answer` makes of the question and of how often it was asked. */
function model(answer: (question: string, time: number) => string, id = 'acme:m'): Provider & { calls: number } {
  const asked = new Map<string, number>();
  const made = customProvider({
    id,
    price,
    async *stream({ messages }) {
      provider.calls++;
      const part = messages[0]?.content[0];
      const question = part?.type === 'text' ? part.text : '';
      const time = asked.get(question) ?? 0;
      asked.set(question, time + 1);
      yield answer(question, time);
      yield { type: 'finish', finishReason: 'stop', usage };
    },
  });
  const provider = Object.assign(made, { calls: 0 });
  return provider;
}

const tasks: readonly EvalTask[] = [
  { id: 'one', input: '1', expected: '1' },
  { id: 'two', input: '2', expected: '2' },
];
const echo = model((question) => question);

const run = (options: Partial<EvalOptions>) =>
  evaluate({ tasks, candidates: { echo }, grader: exactMatch(), ...options });

describe('figures', () => {
  test('scores, cost, tokens, calls and pass@k, for providers and orchestrators alike', async () => {
    const everySecond = model((question, time) => (time % 2 === 0 ? question : 'no'));
    const report = await run({ candidates: { agent: new SingleAgent({ provider: echo }), everySecond }, attempts: 4 });
    expect(report.candidates).toMatchObject({
      agent: { tasks: 2, attempts: 8, score: { mean: 1 }, costUsd: 8, meanCalls: 1, meanTokens: 1_000_000, errors: {} },
      everySecond: {
        score: { mean: 0.5 },
        passAtK: { 1: { mean: 0.5 }, 2: { mean: expect.closeTo(5 / 6, 9) }, 4: { mean: 1 } },
      },
    });
    expect(comparePairs(report)).toMatchObject([
      { left: 'agent', right: 'everySecond', tasks: 2, difference: { mean: -0.5 }, wins: 0, losses: 2 },
    ]);
  });

  test('an unknown price is not known, and never zero', async () => {
    const free = customProvider({
      id: 'acme:free',
      async *stream() {
        yield '1';
      },
    });
    const { candidates } = await run({ candidates: { free } });
    expect(candidates['free']).not.toHaveProperty('costUsd');
  });

  test('a failure is a score of 0 with its code; a grader that throws is no score; both leave the others alone', async () => {
    const failing = model((question) => {
      if (question === '1') throw new TakoError('overloaded', 'busy');
      return question;
    });
    const grader: Grader = ({ task }) => {
      if (task.id === 'two') throw new Error('the grader broke');
      return 1;
    };
    const report = await run({ candidates: { failing, echo }, grader });
    expect(report.candidates['failing']).toMatchObject({ errors: { overloaded: 1 }, ungraded: 1, score: { mean: 0 } });
    expect(report.candidates['echo']).toMatchObject({ errors: {}, ungraded: 1, score: { mean: 1 } });
    expect(report.attempts.map(({ gradingError }) => gradingError)).toContain('the grader broke');
  });

  test('an attempt that takes too long has failed', async () => {
    const clock = fakeClock();
    const hanging = customProvider({
      id: 'acme:hanging',
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }),
    });
    const running = run({
      candidates: { agent: new SingleAgent({ provider: hanging, clock }) },
      timeoutMs: 1_000,
      clock,
    });
    await clock.advance(1_000);
    await clock.advance(1_000);
    expect((await running).candidates['agent']).toMatchObject({ errors: { timeout: 2 } });
  });

  test('the same limits hold for all: a search ends with its best at the price of a few calls', async () => {
    const search = new AbMcts({
      provider: model((_, time) => String(time)),
      verifier: { verify: ({ text }) => ({ score: Math.min(1, Number(text) / 100) }) },
      parallel: 1,
      maxIterations: 50,
    });
    const report = await run({
      candidates: { search },
      limits: { maxUsd: 3 },
      treeOf: (result) => readSearchTree(result)?.map((node) => ({ ...node, label: node.generator })),
    });
    for (const attempt of report.attempts) {
      expect(attempt).toMatchObject({ calls: 3, costUsd: 3, stopReason: 'budget' });
      expect(attempt.tree).toHaveLength(3);
    }
  });
});

describe('graders', () => {
  const task = (expected: EvalTask['expected']): EvalTask => ({ id: 't', input: '?', expected });
  const grade = async (grader: Grader, expected: EvalTask['expected'], text: string, output?: unknown) =>
    (
      await evaluate({
        tasks: [task(expected)],
        candidates: { m: model(() => text) },
        grader: (answer, call) => grader({ ...answer, output }, call),
      })
    ).attempts[0]?.score;

  test.each<[string, Grader, EvalTask['expected'], string, number | undefined]>([
    ['exactMatch', exactMatch(), 'Paris', ' Paris\n', 1],
    ['exactMatch', exactMatch(), 'Paris', 'paris', 0],
    ['exactMatch, any case', exactMatch({ ignoreCase: true }), 'Paris', 'paris', 1],
    ['containsExpected', containsExpected(), 'Paris', 'It is Paris.', 1],
    ['containsExpected', containsExpected({ ignoreCase: true }), 'PARIS', 'It is Rome.', 0],
    ['jsonEquals', jsonEquals(), { a: [1], b: 2 }, '{"b":2,"a":[1]}', 1],
    ['jsonEquals', jsonEquals(), { a: 1 }, 'prose', 0],
    ['numberEquals', numberEquals(), 1200, 'It is 7, no: 1,200.', 1],
    ['numberEquals', numberEquals({ tolerance: 0.1 }), 3.14, 'about 3.2', 1],
    ['numberEquals', numberEquals(), 3, 'three', 0],
    ['numberEquals, of no number', numberEquals(), 'x', '3', undefined],
    ['verified', verified({ verify: () => ({ score: 0.25 }) }), undefined, '', 0.25],
    ['a score that is none', () => 7, undefined, '', undefined],
  ])('%s', async (_, grader, expected, text, score) => {
    expect(await grade(grader, expected, text)).toBe(score);
  });

  test('jsonEquals looks at the structured output first', async () => {
    expect(await grade(jsonEquals(), { a: 1 }, 'prose', { a: 1 })).toBe(1);
  });
});

describe('stopping and starting again', () => {
  test('stopped after any attempt, and started again, it comes to the same report, and makes none twice', async () => {
    const whole = await run({ attempts: 2, concurrency: 1 });
    for (let stopAfter = 1; stopAfter < 4; stopAfter++) {
      const resume = join(folder, `stop-${stopAfter}.jsonl`);
      const provider = model((question) => question);
      const stop = new AbortController();
      const stopped = run({
        candidates: { echo: provider },
        attempts: 2,
        concurrency: 1,
        resume,
        signal: stop.signal,
        onProgress: ({ done }) => {
          if (done === stopAfter) stop.abort();
        },
      });
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      const again = await run({ candidates: { echo: provider }, attempts: 2, resume });
      expect(provider.calls).toBe(4);
      expect(again.attempts.map(({ taskId, attempt, score }) => [taskId, attempt, score])).toEqual(
        whole.attempts.map(({ taskId, attempt, score }) => [taskId, attempt, score]),
      );
    }
  });

  test('a line that a kill cut short is made again, wherever it was cut', async () => {
    const resume = join(folder, 'cut.jsonl');
    await run({ resume });
    const { length } = await readFile(resume);
    const whole = await readFile(resume, 'utf8');
    const lastLine = whole.trimEnd().lastIndexOf('\n') + 1;
    for (const at of [lastLine + 1, Math.floor((lastLine + length) / 2), length - 1]) {
      await writeFile(resume, whole);
      await truncate(resume, at);
      const provider = model((question) => question);
      const { attempts } = await run({ candidates: { echo: provider }, resume });
      expect([attempts.length, provider.calls]).toEqual([2, 1]);
    }
  });

  test('a file of other tasks, or of something else, is refused', async () => {
    const resume = join(folder, 'other.jsonl');
    await run({ resume });
    await expect(run({ resume, tasks: tasks.slice(1) })).rejects.toThrow('another evaluation');
    await writeFile(resume, `${(await readFile(resume, 'utf8')).split('\n')[0]}\nnonsense\n`);
    await expect(run({ resume })).rejects.toThrow('line 2 is no attempt');
  });
});

test.each<[string, Partial<EvalOptions>]>([
  ['no tasks', { tasks: [] }],
  ['two tasks of one id', { tasks: [...tasks, ...tasks] }],
  ['no candidates', { candidates: {} }],
  ['half an attempt', { attempts: 0.5 }],
  ['nobody at work', { concurrency: 0 }],
  ['a pass score of 2', { passScore: 2 }],
])('refuses %s', async (_, options) => {
  await expect(run(options)).rejects.toMatchObject({ code: 'invalid' });
});

test('no more attempts at a time than asked for', async () => {
  let running = 0;
  let most = 0;
  const slow = customProvider({
    id: 'acme:slow',
    async *stream() {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      running--;
      yield 'x';
    },
  });
  const many = Array.from({ length: 200 }, (_, at): EvalTask => ({ id: String(at), input: 'x', expected: 'x' }));
  const report = await run({ tasks: many, candidates: { slow }, concurrency: 3 });
  expect([most, report.attempts.length]).toEqual([3, 200]);
});
