import { customProvider, user, type Guard } from '@tako/core';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { seededRandom } from '@tako/testing';

import { chart, shareAt } from './chart.ts';
import { atScale, type Experiment, type ExperimentOptions, type Findings } from './experiment.ts';
import { inFigures, inPercent, meanOf, shareOf, type Interval } from './interval.ts';
import { drawDrafts, optimalStopping, type DraftWorld } from './optimal-stopping.ts';

/** As many drafts as the defaults of `SelfCaller` allow: the first one and three revisions. */
const drafts = 4;
/** What a draft costs, where a right answer is worth 1. */
const prices = [0.02, 0.06];
const settings = { minConfidence: 0.7, patience: 2 };
const scores = Array.from({ length: 19 }, (_, at) => (at + 1) / 20);

/** What a policy came to on one problem. */
interface Played {
  /** How likely the answer is right, less what the drafts cost. */
  readonly value: number;
  readonly isBest: boolean;
}

type Settings = typeof settings;

export const experiment: Experiment = {
  id: 'E8',
  title: 'SelfCaller against optimal stopping',
  question:
    'A simulated model drafts, a simulated guard scores each draft, and it is known how likely a draft with a score is right. Each draft has its price. ' +
    'How much of what the best possible policy earns (value iteration over best draft, last draft, drafts left) does the real `SelfCaller` earn, with ' +
    '`minConfidence` and `patience` set from the known calibration (on other problems than those measured), and with its defaults?',
  run: (options) => Promise.resolve(options).then(compare),
};

async function compare(options: ExperimentOptions): Promise<Findings> {
  const random = seededRandom(options.seed);
  const problems = atScale(2_000, options, 200);
  const table = [
    [
      'World',
      'Price',
      'Optimum',
      'Set to the guard',
      'Earned with it',
      'Share: set',
      'Share: defaults',
      'Share: one draft',
      'Share: all four',
    ],
  ];
  let worst = { value: Infinity, low: Infinity, high: Infinity, name: '' };
  const drawn = {
    names: [] as string[],
    set: [] as Interval[],
    defaults: [] as Interval[],
    one: [] as Interval[],
    all: [] as Interval[],
  };
  let notBest = 0;
  let runs = 0;
  for (const world of worlds()) {
    for (const price of prices) {
      const policy = optimalStopping(world, price, drafts);
      const chosen = fitted(world, price, seededRandom(options.seed + 1));
      const chains = Array.from({ length: problems }, () => drawDrafts(world, drafts, random));
      const best = chains.map((chain) => playOptimum(world, price, policy.goesOn, chain));
      const set = await playAll(world, price, chosen, chains);
      const plain = await playAll(world, price, settings, chains);
      const single = chains.map((chain) => worthOf(world, chain, 1) - price);
      const everything = chains.map((chain) => worthOf(world, chain, drafts) - drafts * price);
      for (const { isBest } of [...set, ...plain]) {
        runs++;
        if (!isBest) notBest++;
      }
      const share = (values: readonly number[]): ReturnType<typeof shareOf> => shareOf(values, best, random);
      const reached = share(set.map(({ value }) => value));
      if (reached.value < worst.value) worst = { ...reached, name: `${world.name}, price ${price}` };
      const shares = { defaults: share(plain.map(({ value }) => value)), one: share(single), all: share(everything) };
      drawn.names.push(`${world.name}, ${price}`);
      drawn.set.push(reached);
      drawn.defaults.push(shares.defaults);
      drawn.one.push(shares.one);
      drawn.all.push(shares.all);
      table.push([
        world.name,
        String(price),
        policy.value.toFixed(3),
        `${chosen.minConfidence}, ${chosen.patience === drafts ? 'none' : chosen.patience}`,
        inFigures(
          meanOf(
            set.map(({ value }) => value),
            random,
          ),
        ),
        inPercent(reached),
        inPercent(shares.defaults),
        inPercent(shares.one),
        inPercent(shares.all),
      ]);
    }
  }
  return {
    table,
    bars: [
      {
        claim: 'SelfCaller, set to the calibration of its guard, earns at least 95 % of the optimum in every world',
        seen: `at the least ${inPercent(worst)} (${worst.name})`,
        holds: worst.value >= 0.95,
      },
      {
        claim: 'it returns the best of its drafts, never just the last',
        seen: `${notBest} of ${runs} runs returned another one`,
        holds: notBest === 0,
      },
    ],
    charts: [
      chart('e8-share', {
        title: 'What is earned, as a share of what the best policy earns',
        xLabel: 'world, and price of a draft',
        yLabel: 'share of the optimum',
        xAxis: { kind: 'names', names: drawn.names },
        yAxis: { kind: 'range', from: 0.4, to: 1.05, text: (earned) => `${Math.round(100 * earned)} %` },
        level: { y: 0.95, text: '95 %' },
        series: [
          ['set to the guard', drawn.set] as const,
          ['defaults', drawn.defaults] as const,
          ['one draft', drawn.one] as const,
          ['all four', drawn.all] as const,
        ].map(([name, intervals]) => ({ name, points: intervals.map((earned, x) => shareAt(x, earned)) })),
      }),
    ],
    notes: [
      `"Set to the guard" is \`minConfidence\` and \`patience\`; ${problems} problems for each row, the same for all methods. Shares are of what the ` +
        'best policy earns on the same drafts (which luck may beat); intervals are 95 %, paired bootstrap. The defaults (0.7 and 2) are what somebody ' +
        'has who knows neither price nor calibration: they fall short where good drafts are rare and each is dear, since they buy revisions that are ' +
        'not worth it, and where a score means little, since they take it at its word. Where the calibration is known, set both.',
    ],
  };
}

/** The settings that earn most on problems of their own. */
function fitted(world: DraftWorld, price: number, random: () => number): Settings {
  const chains = Array.from({ length: 4_000 }, () => drawDrafts(world, drafts, random));
  let best = { value: -Infinity, minConfidence: 1, patience: drafts };
  for (const minConfidence of [...world.scores, 1]) {
    for (let patience = 1; patience <= drafts; patience++) {
      const value = chains.reduce((sum, chain) => sum + playRule(world, price, { minConfidence, patience }, chain), 0);
      if (value > best.value) best = { value, minConfidence, patience };
    }
  }
  return best;
}

/** What the rule of `SelfCaller` earns, in a few lines: only to set it. What is measured is the class itself. */
function playRule(
  { scores: marks, worth }: DraftWorld,
  price: number,
  rule: Settings,
  chain: readonly number[],
): number {
  let best = -1;
  let rivals = 0;
  let made = 0;
  for (const level of chain) {
    made++;
    rivals = level > best ? 0 : rivals + 1;
    best = Math.max(best, level);
    if ((marks[level] ?? 0) >= rule.minConfidence || rivals >= rule.patience) break;
  }
  return (worth[best] ?? 0) - made * price;
}

function playOptimum(
  world: DraftWorld,
  price: number,
  goesOn: (best: number, last: number, left: number) => boolean,
  chain: readonly number[],
): number {
  let made = 1;
  const best = (): number => Math.max(...chain.slice(0, made));
  while (goesOn(best(), chain[made - 1] ?? 0, drafts - made)) made++;
  return worthOf(world, chain, made) - made * price;
}

/** How likely the best of the first drafts is right. */
function worthOf({ worth }: DraftWorld, chain: readonly number[], made: number): number {
  return worth[Math.max(...chain.slice(0, made))] ?? 0;
}

async function playAll(
  world: DraftWorld,
  price: number,
  rule: Settings,
  chains: readonly (readonly number[])[],
): Promise<Played[]> {
  const played: Played[] = [];
  for (const chain of chains) played.push(await playSelfCaller(world, price, rule, chain));
  return played;
}

/** The real class, over a model that writes `draft 0`, `draft 1` and so on, and a guard that knows their scores. */
async function playSelfCaller(
  { scores: marks, worth }: DraftWorld,
  price: number,
  rule: Settings,
  chain: readonly number[],
): Promise<Played> {
  let made = 0;
  const inner = customProvider({ id: 'simulated:drafter', chat: () => `draft ${made++}` });
  const levelOf = (text: string): number => chain[Number(text.replace('draft ', ''))] ?? -1;
  const guard: Guard = { verify: ({ text }) => ({ score: marks[levelOf(text)] ?? Number.NaN }) };
  const caller = new SelfCaller({ inner, guard, maxDepth: drafts - 1, ...rule });
  const { text } = await caller.run([user('Q')]);
  const best = Math.max(...chain.slice(0, made));
  return { value: (worth[levelOf(text)] ?? 0) - made * price, isBest: levelOf(text) === best };
}

function worlds(): DraftWorld[] {
  const even = scores.map(() => 1 / scores.length);
  // Good drafts are rare: a chance falls as its score rises.
  const falling = normal(scores.map((score) => (1 - score) ** 2));
  const fresh = (first: readonly number[]): Pick<DraftWorld, 'first' | 'next'> => ({
    first,
    next: scores.map(() => first),
  });
  const steps = (moves: Readonly<Record<number, number>>): readonly (readonly number[])[] =>
    scores.map((_, from) => {
      const row = scores.map(() => 0);
      for (const [by, chance] of Object.entries(moves)) {
        const to = Math.min(scores.length - 1, Math.max(0, from + Number(by)));
        row[to] = (row[to] ?? 0) + chance;
      }
      return row;
    });
  const honest = { scores, worth: scores };
  return [
    { name: 'fresh drafts, honest guard', ...honest, ...fresh(even) },
    { name: 'good drafts rare, honest guard', ...honest, ...fresh(falling) },
    { name: 'fresh drafts, boastful guard', scores, worth: scores.map((score) => score ** 2), ...fresh(even) },
    { name: 'fresh drafts, timid guard', scores, worth: scores.map(Math.sqrt), ...fresh(even) },
    { name: 'revisions improve', ...honest, first: falling, next: steps({ [-2]: 0.2, 1: 0.3, 4: 0.3, 7: 0.2 }) },
    { name: 'revisions wander', ...honest, first: even, next: steps({ [-6]: 0.25, [-2]: 0.25, 2: 0.25, 6: 0.25 }) },
  ];
}

function normal(weights: readonly number[]): number[] {
  const sum = weights.reduce((one, other) => one + other, 0);
  return weights.map((weight) => weight / sum);
}
