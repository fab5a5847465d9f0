import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { jsonSchemaProblem } from '../schema/json-schema-problem.js';
import { planSchema, readPlan, type PlanRules } from './read-plan.js';

const rules: PlanRules = { workers: ['ann', 'bob'], maxSteps: 4, hasAnswer: false };

test('a plan of numbers becomes one of names', () => {
  const value = {
    reasoning: 'why',
    steps: [
      { worker: 2, task: 'Do', reads: [] },
      { worker: 1, task: 'Join', reads: [1] },
    ],
  };
  expect(jsonSchemaProblem(planSchema(rules), value)).toBeUndefined();
  expect(readPlan(value, rules)).toEqual({
    ok: true,
    plan: {
      reasoning: 'why',
      steps: [
        { worker: 'bob', task: 'Do', reads: [] },
        { worker: 'ann', task: 'Join', reads: [1] },
      ],
    },
  });
});

test('"all" is every earlier step', () => {
  const steps = [1, 2, 1].map((worker) => ({ worker, task: 'x', reads: 'all' }));
  expect(readPlan({ steps }, rules)).toMatchObject({
    plan: { steps: [{ reads: [] }, { reads: [1] }, { reads: [1, 2] }] },
  });
  expect(readPlan({ steps }, { ...rules, hasAnswer: true })).toMatchObject({
    plan: { steps: [{ reads: [0] }, { reads: [0, 1] }, { reads: [0, 1, 2] }] },
  });
});

test("the paper's three lists count from 0", () => {
  const value = { model_id: [0, 1, 0], subtasks: ['a', 'b', 'c'], access_list: [[], [0], 'all'] };
  expect(readPlan(value, rules)).toMatchObject({
    plan: {
      steps: [
        { worker: 'ann', reads: [] },
        { worker: 'bob', reads: [1] },
        { worker: 'ann', reads: [1, 2] },
      ],
    },
  });
});

test('no steps keep an answer that there is', () => {
  expect(readPlan({ steps: [] }, { ...rules, hasAnswer: true })).toEqual({ ok: true, plan: { steps: [] } });
});

describe('what breaks a rule is said so that a model can mend it', () => {
  test.each<[string, unknown, string]>([
    ['prose', 'I would ask Ann', 'a JSON object'],
    ['a list', [], 'a JSON object'],
    ['no steps', {}, '"steps" must be a list'],
    ['empty', { steps: [] }, 'no steps'],
    [
      'too many',
      { steps: Array.from({ length: 10_000 }, () => ({ worker: 1, task: 'x' })) },
      '10000 steps; 4 are allowed',
    ],
    ['a stranger', { steps: [{ worker: 3, task: 'x' }] }, 'step 1: there is no worker 3; there are 1 to 2'],
    ['worker 0', { steps: [{ worker: 0, task: 'x' }] }, 'no worker 0'],
    ['a name that every object has', { steps: [{ worker: 'constructor', task: 'x' }] }, 'no worker "constructor"'],
    ['no task', { steps: [{ worker: 1, task: ' ' }] }, '"task"'],
    ['itself', { steps: [{ worker: 1, task: 'x', reads: [1] }] }, 'it cannot read 1; it may read nothing'],
    [
      'a later one',
      {
        steps: [
          { worker: 1, task: 'x', reads: [2] },
          { worker: 1, task: 'y' },
        ],
      },
      'cannot read 2',
    ],
    [
      'a cycle',
      {
        steps: [
          { worker: 1, task: 'x', reads: [2] },
          { worker: 1, task: 'y', reads: [1] },
        ],
      },
      'step 1',
    ],
    ['an answer that is not there', { steps: [{ worker: 1, task: 'x', reads: [0] }] }, 'cannot read 0'],
    ['half a step', { steps: [{ worker: 1, task: 'x', reads: [0.5] }] }, 'cannot read 0.5'],
    ['lists of different lengths', { model_id: [0], subtasks: [], access_list: [[]] }, '1, 0 and 1 entries'],
    ['lists that are none', { model_id: 1, subtasks: 'a', access_list: {} }, 'must be lists'],
  ])('%s', (_, value, words) => {
    const read = readPlan(value, rules);
    expect(read).toMatchObject({ ok: false });
    expect(read.ok ? '' : read.problem).toContain(words);
  });
});

test('whatever comes, reading neither throws nor lets a step read what is not earlier', () => {
  const number = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.double(), fc.string(), fc.constant('all'));
  const step = fc.record(
    { worker: number, task: fc.string(), reads: fc.oneof(fc.array(number), number) },
    { requiredKeys: [] },
  );
  const value = fc.oneof(fc.jsonValue(), fc.record({ steps: fc.array(fc.oneof(step, fc.jsonValue())) }));
  fc.assert(
    fc.property(value, fc.boolean(), (given, hasAnswer) => {
      const read = readPlan(given, { ...rules, hasAnswer });
      if (!read.ok) return;
      expect(read.plan.steps.length).toBeLessThanOrEqual(rules.maxSteps);
      for (const [at, { worker, reads }] of read.plan.steps.entries()) {
        expect(rules.workers).toContain(worker);
        for (const source of reads) {
          expect(source).toBeGreaterThanOrEqual(hasAnswer ? 0 : 1);
          expect(source).toBeLessThan(at + 1);
        }
      }
    }),
    { numRuns: 500 },
  );
});
