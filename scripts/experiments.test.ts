import { describe, expect, test, vi } from 'vitest';

import { brokenBars } from './experiments/experiment.ts';
import { sectionOf, withSection } from './experiments/experiments-page.ts';
import { bootstrap, gainOf, inPercent, inPoints, meanOf, shareOf } from './experiments/interval.ts';
import { optimalStopping } from './experiments/optimal-stopping.ts';
import { readExperiments } from './experiments/read-experiments.ts';
import { BestTeam } from './experiments/team-world.ts';
import { seededRandom } from '@tako/testing';

vi.setConfig({ testTimeout: 120_000 });

const all = await readExperiments();

test('experiments are found by their file names, each id once', () => {
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['E6', 'E7', 'E8']));
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test.each(all.map((experiment) => [experiment.id, experiment] as const))(
  '%s: the quick run has a whole table, and its bars hold',
  async (_, experiment) => {
    const { table, bars, charts } = await experiment.run({ seed: 1, scale: 0.1 });
    expect(table.length).toBeGreaterThan(1);
    expect(new Set(table.map((row) => row.length)).size).toBe(1);
    expect(bars.length).toBeGreaterThan(0);
    const isTelling = (experiment.leastScale ?? 0) <= 0.1;
    expect(isTelling ? brokenBars({ bars }) : []).toEqual([]);
    for (const { name, svg } of charts) {
      expect(name).toMatch(new RegExp(`^${experiment.id.toLowerCase()}-[a-z-]+$`));
      expect(svg).toMatch(/^<svg/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  },
);

test('the same seed finds the same, another seed something else', async () => {
  const experiment = all.find(({ id }) => id === 'E8');
  const found = async (seed: number): Promise<string> => JSON.stringify(await experiment?.run({ seed, scale: 0.02 }));
  expect(await found(3)).toBe(await found(3));
  expect(await found(3)).not.toBe(await found(4));
});

describe('the page', () => {
  const findings = {
    table: [
      ['A', 'B'],
      ['x|y', '1'],
    ],
    bars: [
      { claim: 'so', seen: 'no', holds: false },
      { claim: 'thus', seen: 'no', holds: false, reason: 'It is so.' },
    ],
    charts: [{ name: 'e2-p', title: 'P', svg: '<svg/>' }],
    notes: ['Why.'],
  };
  const section = sectionOf(
    { id: 'E2', title: 'T', question: 'Q?', run: () => Promise.reject(new Error('not run')) },
    findings,
    { seed: 1, scale: 1 },
  );

  test('tells of a bar that does not hold, with table and reason', () => {
    for (const words of [
      '## E2: T',
      '| A | B |',
      '| x\\|y | 1 |',
      '**Does not hold**: so. Seen: no.',
      'no. Why: It is so.',
      '![P](experiments/e2-p.svg)',
      'Why.',
    ]) {
      expect(section).toContain(words);
    }
  });

  test('a bar that does not hold fails the run, unless the reason is known', () => {
    expect(brokenBars(findings)).toEqual([{ claim: 'so', seen: 'no', holds: false }]);
  });

  test('has one section for each id, in the order of numbers, whatever is run first', () => {
    let page = '# Page\n\nBy hand.\n';
    for (const id of ['E8', 'E10', 'E2', 'E8', 'E9']) page = withSection(page, id, `${id} says ${page.length}`);
    expect(Array.from(page.matchAll(/begin (\w+)/g), ([, id]) => id)).toEqual(['E2', 'E8', 'E9', 'E10']);
    expect(page.startsWith('# Page\n\nBy hand.\n\n<!-- begin E2 -->')).toBe(true);
    expect(withSection(page, 'E9', 'new $& text')).toContain('<!-- begin E9 -->\n\nnew $& text\n\n<!-- end E9 -->');
  });
});

describe('figures', () => {
  test('the interval of a mean holds it in about 95 of 100 samples', () => {
    const random = seededRandom(5);
    let held = 0;
    for (let sample = 0; sample < 200; sample++) {
      const { low, high } = meanOf(
        Array.from({ length: 60 }, () => random()),
        random,
      );
      if (low <= 0.5 && high >= 0.5) held++;
    }
    // 190 expected, standard deviation 3.1; the seed is fixed.
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(199);
  });

  test('differences and shares are paired: what is always one more has no interval', () => {
    const values = [1, 5, 9, 2];
    const more = values.map((value) => value + 1);
    expect(gainOf(more, values, seededRandom(1))).toEqual({ value: 1, low: 1, high: 1 });
    expect(
      shareOf(
        values.map((value) => value / 2),
        values,
        seededRandom(1),
      ),
    ).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect(bootstrap(3, (drawn) => drawn.length, seededRandom(1)).value).toBe(3);
  });

  test('are shown with their intervals', () => {
    expect(inPercent({ value: 0.5, low: 0.4, high: 0.6 })).toBe('50.0 % [40.0, 60.0]');
    expect(inPoints({ value: 0.051, low: -0.01, high: 0.1 })).toBe('+5.1 [-1.0, 10.0]');
  });
});

test('value iteration: two even levels, worth 0 and 1, two drafts', () => {
  const world = {
    name: '',
    scores: [0.1, 0.9],
    worth: [0, 1],
    first: [0.5, 0.5],
    next: [
      [0.5, 0.5],
      [0.5, 0.5],
    ],
  };
  const { value, goesOn } = optimalStopping(world, 0.1, 2);
  // After a bad first draft another one is worth 0.5 - 0.1.
  expect(value).toBeCloseTo(-0.1 + 0.5 + 0.5 * 0.4, 12);
  expect([goesOn(0, 0, 1), goesOn(1, 1, 1), goesOn(0, 0, 0)]).toEqual([true, false, false]);
});

test('dynamic programming: a worker and a verifier with two and three turns', () => {
  const agents = [
    { plan: 0, answer: 0.5, acceptsRight: 0.5, acceptsWrong: 0.5 },
    { plan: 0, answer: 0, acceptsRight: 1, acceptsWrong: 0 },
  ];
  const valueOf = (turnsLeft: number): number =>
    new BestTeam({ name: '', agents, maxTurns: 5, failure: 0 }).at({
      turnsLeft,
      lift: 0,
      answer: undefined,
      author: undefined,
    }).value;
  expect(valueOf(1)).toBeCloseTo(0.5, 12);
  expect(valueOf(2)).toBeCloseTo(0.5, 12);
  // A perfect verifier finds the wrong half, and another answer is right in half of these.
  expect(valueOf(3)).toBeCloseTo(0.75, 12);
});
