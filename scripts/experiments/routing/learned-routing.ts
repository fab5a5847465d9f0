import { call, customProvider, user, type Provider, type Router } from '@tako/core';
import {
  clusterRouter,
  clusterTable,
  headRouter,
  knnRouter,
  projected,
  textProjection,
  trainHead,
  type Encoder,
} from '@tako/orchestrators/learning';
import { seededRandom } from '@tako/testing';

import { chart, percents, shareAt } from '../chart.ts';
import { atScale, type ExperimentOptions, type Findings } from '../experiment.ts';
import { inPercent, inPoints, meanOf, type Interval } from '../interval.ts';
import { playBandit, type Stretch } from './play-bandit.ts';
import {
  drawQuestion,
  drawTasks,
  likeliestDomain,
  simulatedPool,
  type Manner,
  type Regime,
  type SimulatedPool,
} from './simulated-pool.ts';

const labels = 500;
const testQuestions = 400;
const pulls = 2_000;
const stretch = 100;
const driftPulls = 600;

interface World {
  readonly name: string;
  readonly regime: Regime;
  readonly manner: Manner;
}

const worlds: readonly World[] = [
  { name: 'specialists', regime: 'specialists', manner: 'plain' },
  { name: 'specialists, terse texts', regime: 'specialists', manner: 'terse' },
  { name: 'one dominant', regime: 'dominant', manner: 'plain' },
  { name: 'equal', regime: 'equal', manner: 'plain' },
];

/** What a method earned in one world: its mean expected score, that of the best single one and of the oracle, and its price. */
interface Earned extends Stretch {
  readonly usd?: number;
}

/**
 * E3: learned routers on simulated pools of six workers in eight domains, of which only the words of a question tell.
 *
 * Offline routers have 500 questions that each worker has tried once (0 or 1); the bandit has 2 000 pulls, and is measured over
 * the last 500. All read texts by the projection of 500 texts whose outcomes are not known.
 */
export async function learnedRouting(options: ExperimentOptions): Promise<Findings> {
  const count = atScale(8, options, 3);
  const random = seededRandom(options.seed);
  const earned = new Map<string, Map<string, Earned[]>>();
  const put = (world: string, method: string, figures: Earned): void => {
    const methods = earned.get(world) ?? new Map<string, Earned[]>();
    earned.set(world, methods.set(method, [...(methods.get(method) ?? []), figures]));
  };
  /** For each world of specialists: what its bandit earned, stretch by stretch. */
  const curves = new Map<string, (readonly Stretch[])[]>();
  const before: number[] = [];
  const after: number[] = [];
  for (let at = 0; at < count; at++) {
    for (const { name, regime, manner } of worlds) {
      const pool = simulatedPool(regime, random, manner);
      const { played, stretches } = await playWorld(pool, at, random);
      for (const [method, figures] of played) put(name, method, figures);
      if (regime === 'specialists') curves.set(name, [...(curves.get(name) ?? []), stretches]);
    }
    const { shareBefore, shareAfter } = await playDrift(at, random);
    before.push(shareBefore);
    after.push(shareAfter);
  }
  const of = (world: string, method: string): readonly Earned[] => earned.get(world)?.get(method) ?? [];
  const gaps = (world: string, method: string): Interval =>
    meanOf(
      of(world, method).map(({ reward, single, oracle }) => (reward - single) / (oracle - single)),
      random,
    );
  const losses = (world: string, method: string): Interval =>
    meanOf(
      of(world, method).map(({ reward, single }) => reward - single),
      random,
    );
  const table = [['World', 'Method', 'Score', 'Points over best single', 'Share of oracle gap', 'USD per 1 000']];
  for (const [world, methods] of earned) {
    for (const [method, figures] of methods) {
      const usd = figures.reduce((sum, its) => sum + (its.usd ?? Number.NaN), 0) / figures.length;
      const hasGap = figures.every(({ single, oracle }) => oracle - single > 0.02);
      table.push([
        world,
        method,
        inPercent(
          meanOf(
            figures.map(({ reward }) => reward),
            random,
          ),
        ),
        inPoints(losses(world, method)),
        hasGap ? inPercent(gaps(world, method)) : '',
        Number.isNaN(usd) ? '' : (1_000 * usd).toFixed(2),
      ]);
    }
  }
  const drift = { before: meanOf(before, random), after: meanOf(after, random) };
  const kept = meanOf(
    after.map((share, at) => share / (before[at] ?? 1)),
    random,
  );
  table.push(
    ['drift', 'bandit, 300 pulls before', '', '', inPercent(drift.before), ''],
    ['drift', 'bandit, pulls 201 to 300 after', '', '', inPercent(drift.after), ''],
  );
  const head = gaps('specialists', 'head');
  const bandit = gaps('specialists', 'bandit');
  const offline = ['head', 'clusters', 'neighbours'];
  const harms = [...offline, 'bandit'].map((method) => ({ method, loss: losses('equal', method) }));
  const worst = harms.reduce((one, other) => (other.loss.value < one.loss.value ? other : one));
  return {
    table,
    bars: [
      {
        claim: `the head closes at least 85 % of the oracle gap with ${labels} labels`,
        seen: inPercent(head),
        holds: head.value >= 0.85,
      },
      {
        claim: `the bandit closes at least 70 % of it after ${pulls} pulls`,
        seen: inPercent(bandit),
        holds: bandit.value >= 0.7,
      },
      {
        claim: 'where workers are equal, every learned router is within 1 point of the best single one',
        seen: `at worst ${inPoints(worst.loss)} (${worst.method})`,
        holds: worst.loss.value >= -0.01,
      },
      {
        claim: 'after the best worker broke, the bandit earns 95 % of its former share of the oracle within 300 pulls',
        seen: inPercent(kept),
        holds: kept.value >= 0.95,
      },
    ],
    charts: [
      chart('e3-gap', {
        title: 'Share of the oracle gap that is closed, workers being specialists',
        xLabel: `router (${labels} labels; the bandit: ${pulls} pulls)`,
        yLabel: 'share of the gap',
        xAxis: { kind: 'names', names: ['ideal reader', ...offline, 'bandit'] },
        yAxis: percents,
        level: { y: 0.85, text: '85 %' },
        series: [...curves.keys()].map((world) => ({
          name: world,
          points: ['ideal reader', ...offline, 'bandit'].map((method, x) => shareAt(x, gaps(world, method))),
        })),
      }),
      chart('e3-bandit', {
        title: 'What the bandit earns, as a share of what an oracle would',
        xLabel: 'pulls',
        yLabel: 'share of the oracle',
        xAxis: { text: (pull) => String(Math.round(pull)) },
        yAxis: { kind: 'range', from: 0.6, to: 1, text: (share) => `${Math.round(100 * share)} %` },
        series: Array.from(curves, ([world, runs]) => ({
          name: world,
          points: Array.from({ length: pulls / stretch }, (_, at) => {
            const shares = runs.map((stretches) => (stretches[at]?.reward ?? 0) / (stretches[at]?.oracle ?? 1));
            return shareAt((at + 1) * stretch, meanOf(shares, random));
          }),
        })),
      }),
    ],
    notes: [
      `${count} worlds for each row, drawn anew; intervals are 95 % over worlds. A label is one try of each worker, scored 0 or 1. Scores are expected ones: no luck of the test questions is in them.`,
      'In plain texts 30 to 70 % of the words tell the domain, 15 % of those point to a wrong one; in terse texts 10 to 50 %, of twice as many words. The ideal reader knows how texts are made, and every skill; no router knows either.',
      'In the drift, the worker who is best in most domains falls to 0.3 in all of them, unannounced; the share there is of what the oracle earns at the time.',
    ],
  };
}

async function playWorld(
  pool: SimulatedPool,
  seed: number,
  random: () => number,
): Promise<{ played: [string, Earned][]; stretches: readonly Stretch[] }> {
  const { ids, skills, prices } = pool;
  const candidates = ids.map((id) => customProvider({ id, chat: () => '' }));
  const encoder = readerOf(pool, random);
  const tasks = drawTasks(pool, labels, random);
  const questions = Array.from({ length: testQuestions }, () => drawQuestion(pool, random));
  const bestIn = (domain: number): number => highest(skills.map((its) => its[domain] ?? 0));
  const played = (choices: readonly number[]): Earned => {
    const mean = (of: (question: number) => number): number =>
      questions.reduce((sum, _, at) => sum + of(at), 0) / questions.length;
    const skill = (worker: number, at: number): number => skills[worker]?.[questions[at]?.domain ?? 0] ?? 0;
    return {
      reward: mean((at) => skill(choices[at] ?? 0, at)),
      single: Math.max(...ids.map((_, worker) => mean((at) => skill(worker, at)))),
      oracle: mean((at) => skill(bestIn(questions[at]?.domain ?? 0), at)),
      usd: mean((at) => prices[choices[at] ?? 0] ?? 0),
    };
  };
  const routedBy = async (router: Router): Promise<Earned> => {
    const choices: number[] = [];
    for (const { text } of questions) {
      const { providerId } = await router.route({ request: { messages: [user(text)] }, step: 0, candidates }, call());
      choices.push(ids.indexOf(providerId));
    }
    return played(choices);
  };
  const best = highest(ids.map((_, worker) => played(questions.map(() => worker)).reward));
  const { weights } = await trainHead({ pool: ids, tasks, encoder, seed });
  const stretches = await playBandit({ pool, candidates, encoder, pulls, stretch, seed, random });
  const all: [string, Earned][] = [
    ['oracle', played(questions.map(({ domain }) => bestIn(domain)))],
    ['ideal reader', played(questions.map(({ text }) => bestIn(likeliestDomain(pool, text))))],
    ['random', played(questions.map(() => Math.floor(random() * ids.length)))],
    ['cheapest', played(questions.map(() => prices.indexOf(Math.min(...prices))))],
    ['best single', played(questions.map(() => best))],
    ['head', await routedBy(headRouter({ weights, encoder }))],
    ['clusters', await routedBy(clusterRouter({ table: clusterTable({ pool: ids, tasks, encoder, seed }), encoder }))],
    ['neighbours', await routedBy(knnRouter({ pool: ids, tasks, encoder }))],
    ['bandit', together(stretches.slice(-5))],
  ];
  return { played: all, stretches };
}

/** @returns the share of what the oracle earns, in the 300 pulls before the drift and in the third hundred after it */
async function playDrift(seed: number, random: () => number): Promise<{ shareBefore: number; shareAfter: number }> {
  const pool = simulatedPool('specialists', random);
  const candidates: Provider[] = pool.ids.map((id) => customProvider({ id, chat: () => '' }));
  const domains = pool.skills[0]?.map((_, domain) => domain) ?? [];
  const bestAt = domains.map((domain) => highest(pool.skills.map((its) => its[domain] ?? 0)));
  const top = highest(pool.ids.map((_, worker) => bestAt.filter((best) => best === worker).length));
  const skills = pool.skills.map((its, worker) => (worker === top ? its.map(() => 0.3) : its));
  const stretches = await playBandit({
    pool,
    candidates,
    encoder: readerOf(pool, random),
    pulls: pulls + driftPulls,
    stretch,
    seed,
    random,
    drift: { at: pulls, skills },
  });
  const shareOf = ({ reward, oracle }: Stretch): number => reward / oracle;
  const from = pulls / stretch;
  const third = stretches[from + 2];
  return {
    shareBefore: shareOf(together(stretches.slice(from - 3, from))),
    shareAfter: third === undefined ? 0 : shareOf(third),
  };
}

/** Reads texts as somebody could who has seen 500 of them, and no outcome. */
function readerOf(pool: SimulatedPool, random: () => number): Encoder {
  return projected(textProjection({ texts: Array.from({ length: labels }, () => drawQuestion(pool, random).text) }));
}

function together(stretches: readonly Stretch[]): Stretch {
  const mean = (of: (stretch: Stretch) => number): number =>
    stretches.reduce((sum, its) => sum + of(its), 0) / stretches.length;
  return {
    reward: mean(({ reward }) => reward),
    single: mean(({ single }) => single),
    oracle: mean(({ oracle }) => oracle),
  };
}

function highest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
