import { invalidOptions, textOf, type Router } from '@tako/core';
import { expect, test } from 'vitest';

import {
  averageQuality,
  calibrate,
  callsForGap,
  costHull,
  evaluateRouter,
  preferenceCurve,
  type RoutingTask,
} from '../../src/learning/index.js';

/** Scores of the strong and the weak one, at 10 and 1 dollars. */
const task = (strong: number, weak: number, text = ''): RoutingTask => ({
  text,
  outcomes: { strong: { score: strong, costUsd: 10 }, weak: { score: weak, costUsd: 1 } },
});
/** The strong one is right at all four, the weak one at two. */
const tasks = [task(1, 0), task(1, 0), task(1, 1), task(1, 1)];
const pair = { strong: 'strong', weak: 'weak' };

test('a perfect score: half of the calls close the gap', async () => {
  const curve = await preferenceCurve(tasks, { ...pair, score: [4, 3, 2, 1] });
  expect(curve.points.map(({ share, accuracy, costUsd }) => [share, accuracy, costUsd])).toEqual([
    [0, 0.5, 1],
    [0.25, 0.75, 3.25],
    [0.5, 1, 5.5],
    [0.75, 1, 7.75],
    [1, 1, 10],
  ]);
  // Trapezoids of PGR 0, 0.5, 1, 1, 1 over quarters.
  expect(curve.apgr).toBeCloseTo((0.25 + 0.75 + 1 + 1) / 4, 12);
  expect([0.5, 0.8, 1].map((gap) => callsForGap(curve, gap))).toEqual([0.25, 0.5, 0.5]);
});

test('the opposite score, and one that says nothing', async () => {
  const worst = await preferenceCurve(tasks, { ...pair, score: [1, 2, 3, 4] });
  expect(worst.apgr).toBeCloseTo((0 + 0 + 0.25 + 0.75) / 4, 12);
  expect(callsForGap(worst, 0.5)).toBe(0.75);
  const silent = await preferenceCurve(tasks, { ...pair, score: () => 7 });
  expect(silent.points.map(({ share }) => share)).toEqual([0, 1]);
  expect(silent.apgr).toBeCloseTo(0.5, 12);
});

test('where there is no gap nothing can be said of it', async () => {
  const curve = await preferenceCurve([task(1, 1)], { ...pair, score: [1] });
  expect([curve.apgr, callsForGap(curve, 0.5)]).toEqual([undefined, undefined]);
});

test('a threshold for a share, for money, for a score', async () => {
  const options = { ...pair, score: [4, 3, 2, 1] };
  expect(await calibrate(tasks, { ...options, share: 0.3 })).toMatchObject({ threshold: 4, share: 0.25 });
  expect(await calibrate(tasks, { ...options, share: 0 })).toMatchObject({ threshold: Infinity });
  // More money than it takes for the best score is not spent.
  expect(await calibrate(tasks, { ...options, usd: 9 })).toMatchObject({ threshold: 3, accuracy: 1, costUsd: 5.5 });
  expect(await calibrate(tasks, { ...options, usd: 3.25 })).toMatchObject({ accuracy: 0.75 });
  expect(await calibrate(tasks, { ...options, accuracy: 0.7 })).toMatchObject({ threshold: 4, accuracy: 0.75 });
  for (const target of [{ usd: 0.5 }, { accuracy: 1.1 }, { share: 2 }, { share: Number.NaN }]) {
    await expect(calibrate(tasks, { ...options, ...target })).rejects.toMatchObject({ code: 'invalid' });
  }
});

test.for([
  ['no tasks', [], []],
  ['a score that is no number', tasks, [1, Number.NaN, 2, 3]],
  ['too few scores', tasks, [1]],
  ['a task that one has not tried', [{ text: '', outcomes: { strong: { score: 1 } } }], [1]],
] as const)('%s: refused', async ([, given, score]) => {
  await expect(preferenceCurve(given, { ...pair, score })).rejects.toMatchObject({ code: 'invalid' });
});

test('the hull of costs never falls, and leaves out what two others beat together', () => {
  const points = [
    { costUsd: 1, accuracy: 0.4 },
    { costUsd: 2, accuracy: 0.45 },
    { costUsd: 3, accuracy: 0.8 },
    { costUsd: 4, accuracy: 0.7 },
    { costUsd: 1, accuracy: 0.2 },
  ];
  expect(costHull(points)).toEqual([points[0], points[2]]);
  // From 1 to 3 it rises from 0.4 to 0.8, from 3 to 4 it is 0.8.
  expect(averageQuality(points)).toBeCloseTo((0.6 * 2 + 0.8) / 3, 12);
  expect(averageQuality([{ costUsd: 2, accuracy: 0.5 }])).toBe(0.5);
  // At a price below that of the only way there is, nothing is had.
  expect(averageQuality([{ costUsd: 3, accuracy: 0.8 }], points)).toBeCloseTo(0.8 / 3, 12);
});

/** Sends every task to whom its text names. */
const obedient: Router = {
  route: ({ request }) => ({ providerId: request.messages.map(textOf).join(''), reason: 'told' }),
};

test('a router against the best single one and the oracle, by hand', async () => {
  const data = [task(1, 0, 'strong'), task(0, 1, 'weak'), task(1, 1, 'weak'), task(1, 0, 'weak')];
  const report = await evaluateRouter(data, obedient);
  expect(report).toMatchObject({
    tasks: 4,
    accuracy: { value: 0.75 },
    costUsd: 13 / 4,
    bestSingle: { providerId: 'strong', accuracy: 0.75, costUsd: 10, share: 0.25 },
    oracle: 1,
    isOracleCrossFitted: false,
    shareOfGap: { value: 0 },
    failures: 0,
  });
  // The singles' hull rises from 0.5 to 0.75 over the range; with the router it is at 0.75 a quarter of the way.
  expect(report.aiq.singles).toBeCloseTo(0.625, 12);
  expect(report.aiq.withRouter).toBeCloseTo(((0.5 + 0.75) / 2) * 0.25 + 0.75 * 0.75, 12);
  expect(report.accuracy.low).toBeLessThan(0.75);
  expect(report.accuracy.high).toBeGreaterThan(0.75);
  expect(await evaluateRouter(data, obedient)).toEqual(report);
});

test('an oracle that was fitted across tries does not take luck for skill', async () => {
  const tries = (...scores: number[]): { score: number; tries: number[] } => ({
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    tries: scores,
  });
  const data = [{ text: 'a', outcomes: { a: tries(1, 0), b: tries(0, 1) } }];
  // Each half chooses who was lucky in it, and the other half shows that it was luck.
  expect(await evaluateRouter(data, { route: () => ({ providerId: 'a', reason: '' }) })).toMatchObject({
    oracle: 0,
    isOracleCrossFitted: true,
    shareOfGap: undefined,
  });
});

test('a router that throws or names nobody is told of, and learns when told to', async () => {
  const learned: unknown[] = [];
  const failing: Router = {
    route: ({ request }, given) => {
      if (learned.length > 0) throw invalidOptions('test', 'no');
      return obedient.route({ request, step: 0, candidates: [] }, given);
    },
    learn: ({ score }) => learned.push(score),
  };
  const data = [task(1, 0, 'nobody'), task(1, 0, 'strong'), task(1, 0, 'strong')];
  expect(await evaluateRouter(data, failing, { learns: true })).toMatchObject({
    failures: 2,
    accuracy: { value: 1 / 3 },
  });
  expect(learned).toEqual([1]);
  await expect(evaluateRouter([], obedient)).rejects.toMatchObject({ code: 'invalid' });
  await expect(evaluateRouter([...data, { text: '', outcomes: {} }], obedient)).rejects.toMatchObject({
    code: 'invalid',
  });
});
