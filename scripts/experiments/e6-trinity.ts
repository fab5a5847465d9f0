import { turnStateRouter, type RoleRouter } from '@tako/orchestrators/trinity';
import { seededRandom } from '@tako/testing';

import { chart, percents, shareAt } from './chart.ts';
import { atScale, type Experiment, type ExperimentOptions, type Findings } from './experiment.ts';
import { gainOf, inPercent, inPoints, meanOf, type Interval } from './interval.ts';
import {
  always,
  anyInOrder,
  atRandom,
  bestMoves,
  fixedOrder,
  nameOf,
  playTeam,
  teamDraws,
  type PlayedTeam,
  type TeamDraws,
} from './team-player.ts';
import { BestTeam, type Skills, type TeamWorld } from './team-world.ts';

/** A planner, a worker and a checker, each passable at the rest. */
const agents: readonly Skills[] = [
  { plan: 0.3, answer: 0.3, acceptsRight: 0.75, acceptsWrong: 0.45 },
  { plan: 0.1, answer: 0.45, acceptsRight: 0.8, acceptsWrong: 0.5 },
  { plan: 0.05, answer: 0.3, acceptsRight: 0.9, acceptsWrong: 0.15 },
];
const best = { thinker: 0, worker: 1, verifier: 2 };
const [planner, worker, verifier] = [nameOf(0), nameOf(1), nameOf(2)];

const worlds: readonly TeamWorld[] = [
  { name: '5 turns, 15 % of turns fail', agents, maxTurns: 5, failure: 0.15 },
  { name: '5 turns, none fails', agents, maxTurns: 5, failure: 0 },
  { name: '4 turns, none fails', agents, maxTurns: 4, failure: 0 },
  { name: '8 turns, 30 % of turns fail', agents, maxTurns: 8, failure: 0.3 },
];

const stateRouter = '`turnStateRouter`, skills known';

export const experiment: Experiment = {
  id: 'E6',
  title: 'Trinity: a router that sees the state of the work',
  question:
    'A simulated team: one agent plans well (a plan raises the odds of whoever answers after it), one answers well, one checks well, with known rates of accepting right ' +
    'and wrong answers; turns may fail. How often is the answer of the real `Trinity` right with `turnStateRouter`, which sees what was done, against the fixed order ' +
    'thinker, worker, verifier with the best agent for each role, and against the best policy there is (dynamic programming over turns left, plan, ' +
    'belief in the answer, author)?',
  run: (options) => Promise.resolve(options).then(compare),
};

async function compare(options: ExperimentOptions): Promise<Findings> {
  const random = seededRandom(options.seed);
  const problems = atScale(4_000, options, 400);
  const table = [['World', 'Router', 'Right', 'Calls', 'Right answers per 100 calls', 'Points over the fixed order']];
  /** What the state router has more than the fixed order, problem by problem. */
  const gained: number[] = [];
  const worse: string[] = [];
  let blind = 0;
  const forCharts = seededRandom(options.seed);
  /** How often each router is right, by world. */
  const rights = new Map<string, Interval[]>();
  const note = (router: string, played: readonly PlayedTeam[]): void => {
    const right = meanOf(
      played.map(({ isRight }) => Number(isRight)),
      forCharts,
    );
    rights.set(router, [...(rights.get(router) ?? []), right]);
  };
  for (const world of worlds) {
    const draws = Array.from({ length: problems }, () => teamDraws(agents.length, world.maxTurns, random));
    const optimum = new BestTeam(world);
    const start = { turnsLeft: world.maxTurns, lift: 0, answer: undefined, author: undefined };
    const fixed = await playAll(world, fixedOrder(best), draws);
    const fixedRight = fixed.map(({ isRight }) => Number(isRight));
    const skills = {
      thinker: { [planner]: 0.3 },
      worker: { [worker]: 0.45 },
      verifier: { [verifier]: 0.9 },
    };
    const rivals: readonly (readonly [string, RoleRouter])[] = [
      ['best worker, once', always(best.worker, 1)],
      ['best worker, on every turn', always(best.worker, world.maxTurns)],
      ['fixed order, any agents', anyInOrder(seededRandom(options.seed + 1))],
      ['any agent in any role', atRandom(seededRandom(options.seed + 1))],
      [stateRouter, turnStateRouter({ skills })],
      ['`turnStateRouter`, skills unknown', turnStateRouter()],
      [`best policy (exact: ${(100 * optimum.at(start).value).toFixed(1)} %)`, bestMoves(world, optimum)],
    ];
    table.push([world.name, 'fixed order, best agents', ...figures(fixed, random), '']);
    note('fixed order, best agents', fixed);
    for (const [name, router] of rivals) {
      const played = await playAll(world, router, draws);
      const right = played.map(({ isRight }) => Number(isRight));
      const gain = gainOf(right, fixedRight, random);
      if (name === stateRouter) {
        gained.push(...right.map((value, at) => value - (fixedRight[at] ?? 0)));
        if (gain.high < 0) worse.push(world.name);
      }
      blind += played.filter(({ isBlindAccept }) => isBlindAccept).length;
      table.push([world.name, name, ...figures(played, random), inPoints(gain)]);
      note(name.replace(/ \(exact.*/, '').replaceAll('`', ''), played);
    }
  }
  const gain = meanOf(gained, random);
  return {
    table,
    bars: [
      {
        claim:
          'over all four worlds the state router is right at least 5 points more often than the fixed order with the best agents',
        seen: `${inPoints(gain)} points`,
        holds: gain.value >= 0.05,
      },
      {
        claim: 'in none of them is it right less often',
        seen: worse.length === 0 ? 'none' : worse.join('; '),
        holds: worse.length === 0,
      },
      {
        claim: 'no run ends with an ACCEPT before there is an answer',
        seen: `${blind} of ${worlds.length * 7 * problems} runs`,
        holds: blind === 0,
      },
    ],
    charts: [
      chart('e6-right', {
        title: 'How often the answer of the team is right',
        xLabel: 'world',
        yLabel: 'right answers',
        xAxis: { kind: 'names', names: worlds.map(({ name }) => name) },
        yAxis: percents,
        series: Array.from(rights, ([name, intervals]) => ({
          name,
          points: intervals.map((right, x) => shareAt(x, right)),
        })),
      }),
    ],
    notes: [
      `${problems} problems for each world, the same draws for all routers; intervals are 95 %, paired bootstrap. Where no turn fails and there are five, both ` +
        'orders come to two answers, of which the second stands, and there is nothing to gain but by checking again: seeing the state pays where turns fail, or where the ' +
        'fixed order would end on a plan that nobody uses.',
    ],
  };
}

async function playAll(world: TeamWorld, router: RoleRouter, draws: readonly TeamDraws[]): Promise<PlayedTeam[]> {
  const played: PlayedTeam[] = [];
  for (const drawn of draws) played.push(await playTeam(world, router, drawn));
  return played;
}

function figures(played: readonly PlayedTeam[], random: () => number): string[] {
  const right = played.map(({ isRight }) => Number(isRight));
  const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);
  const calls = sum(played.map((one) => one.calls));
  return [
    inPercent(meanOf(right, random)),
    (calls / played.length).toFixed(2),
    ((100 * sum(right)) / calls).toFixed(1),
  ];
}
