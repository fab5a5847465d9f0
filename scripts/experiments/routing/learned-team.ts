import { customProvider, textOf } from '@tako/core';
import {
  headRoleRouter,
  projected,
  textProjection,
  trainHead,
  type Encoder,
  type HeadWeights,
  type RoutingTask,
} from '@tako/orchestrators/learning';
import { Trinity, trinityRoles, turnStateRouter, type RoleRouter } from '@tako/orchestrators/trinity';
import { seededRandom } from '@tako/testing';

import { chart, percents, shareAt } from '../chart.ts';
import { atScale, type ExperimentOptions, type Findings } from '../experiment.ts';
import { inPercent, inPoints, meanOf } from '../interval.ts';
import {
  movesOf,
  oddsOfAnswer,
  optimum,
  playMoves,
  questionAt,
  teamWorld,
  valueOf,
  type Move,
  type TeamWorld,
} from './team-world.ts';

const taskCount = 300;
const testQuestions = 150;
const realRuns = 200;
/** Wider than the default: 0.03 is for heads of a thousand small numbers, and this one has some hundred of about 1. */
const search = { sigma: 0.2, runs: 64, generations: 150, heldOutRuns: 1_000 };
const tasksFrom = 2_500_000_000;
/** Test questions are far from those of the search. */
const testFrom = 3_000_000_000;

/**
 * E6: Trinity with a trained head, on simulated agents whose skills in each role are known, against the best that any policy could
 * do.
 *
 * The head begins with 300 questions that each agent has answered once, and is then searched on by whole runs. What a policy earns
 * is computed exactly; the real `Trinity` plays besides.
 */
export async function learnedTeam(options: ExperimentOptions): Promise<Findings> {
  const count = atScale(8, options, 3);
  const random = seededRandom(options.seed);
  const earned = new Map<string, number[]>();
  const put = (method: string, value: number): void => {
    earned.set(method, [...(earned.get(method) ?? []), value]);
  };
  let early = 0;
  let runs = 0;
  for (let at = 0; at < count; at++) {
    const world = teamWorld(random);
    const questions = Array.from({ length: testQuestions }, (_, question) => questionAt(world, testFrom + question));
    const mean = (of: (question: { kind: number; text: string }) => number): number =>
      questions.reduce((sum, question) => sum + of(question), 0) / questions.length;
    const best = world.work[0]?.map((_, kind) => optimum(world, kind)) ?? [];
    const texts = Array.from({ length: taskCount }, (_, task) => questionAt(world, tasksFrom + task).text);
    const encoder = remembering(projected(textProjection({ texts, components: 6 })));
    const { weights, stages } = await trained(world, encoder, options.seed * 1_000 + at, random);
    const router = headRoleRouter({ weights, encoder });
    put(
      'optimum',
      mean(({ kind }) => best[kind] ?? 0),
    );
    put(
      'trained head',
      mean(({ kind, text }) => valueOfRouter(world, kind, router, text)),
    );
    put(
      'head before the search',
      mean(({ kind, text }) => valueOfRouter(world, kind, headRoleRouter({ weights: stages, encoder }), text)),
    );
    put(
      'usual order, best skills',
      mean(({ kind, text }) => valueOfRouter(world, kind, turnStateRouter({ skills: skillsOf(world) }), text)),
    );
    put('fixed order, best agents', bestFixed(world, mean));
    put(
      'five times one agent',
      Math.max(...world.agents.map((_, agent) => mean(({ kind }) => reflecting(world, kind, agent)))),
    );
    put(
      'best single',
      Math.max(...world.agents.map((_, agent) => mean(({ kind }) => oddsOfAnswer(world, kind, agent, undefined)))),
    );
    put(
      'random',
      mean(({ kind }) => valueOf(world, kind, () => anyMove(world, random))),
    );
    const real = await playForReal(world, router, random);
    put('trained head, runs of Trinity', real.success);
    early += real.early;
    runs += realRuns;
  }
  const of = (method: string): readonly number[] => earned.get(method) ?? [];
  const ratios = (method: string): number[] => of(method).map((value, at) => value / (of('optimum')[at] ?? 1));
  const overFixed = (method: string): number[] =>
    of(method).map((value, at) => value - (of('fixed order, best agents')[at] ?? 0));
  const table = [['Method', 'Success', 'Share of optimum', 'Points over fixed order']];
  for (const method of earned.keys()) {
    const cells = [meanOf(of(method), random), meanOf(ratios(method), random)].map(inPercent);
    table.push([method, ...cells, inPoints(meanOf(overFixed(method), random))]);
  }
  const share = meanOf(ratios('trained head'), random);
  const gain = meanOf(overFixed('trained head'), random);
  return {
    table,
    bars: [
      {
        claim: 'the trained head earns at least 90 % of the optimum',
        seen: inPercent(share),
        holds: share.value >= 0.9,
      },
      {
        claim: 'at least 5 points more than the fixed order thinker, worker, verifier',
        seen: inPoints(gain),
        holds: gain.value >= 0.05,
      },
      {
        claim: 'it never accepts before an answer exists',
        seen: `${early} verdicts before an answer in ${runs} runs of Trinity`,
        holds: early === 0,
      },
    ],
    charts: [
      chart('e6b-success', {
        title: 'How often a team is right',
        xLabel: 'who decides about agent and role',
        yLabel: 'success',
        xAxis: { kind: 'names', names: [...earned.keys()] },
        yAxis: percents,
        series: [
          { name: 'success', points: [...earned.keys()].map((method, x) => shareAt(x, meanOf(of(method), random))) },
        ],
      }),
    ],
    notes: [
      `${count} teams of three agents, three kinds of question, five turns; intervals are 95 % over teams. Success is exact for each policy; the row "runs of Trinity" is ${realRuns} runs each of the real class.`,
      'The optimum is over all that a policy can know: turns taken, by whom, and refusals. It also knows every skill and the kind of the question; the head has only the text.',
      'The fixed order repeats thinker, worker, verifier with the three agents that are best at it in hindsight.',
    ],
  };
}

async function trained(
  world: TeamWorld,
  encoder: Encoder,
  seed: number,
  random: () => number,
): Promise<{ weights: HeadWeights; stages: HeadWeights }> {
  const tasks = Array.from({ length: taskCount }, (_, at): RoutingTask => {
    const { kind, text } = questionAt(world, tasksFrom + at);
    const outcomes = world.agents.map(
      (id, agent) => [id, { score: random() < oddsOfAnswer(world, kind, agent, undefined) ? 1 : 0 }] as const,
    );
    return { text, outcomes: Object.fromEntries(outcomes) };
  });
  const team = { pool: world.agents, roles: trinityRoles, encoder, seed };
  const { weights: stages } = await trainHead({ ...team, tasks });
  const play = (tried: HeadWeights, episodes: readonly number[]): number[] => {
    const router = headRoleRouter({ weights: tried, encoder });
    return episodes.map((episode) => {
      const { kind, text } = questionAt(world, episode);
      return playMoves(world, kind, movesOf(world, router, text), seededRandom(episode + 1));
    });
  };
  const { weights } = await trainHead({
    ...team,
    initialWeights: stages,
    play,
    ...search,
  });
  return { weights, stages };
}

function valueOfRouter(world: TeamWorld, kind: number, router: RoleRouter, text: string): number {
  const moves = movesOf(world, router, text);
  return valueOf(world, kind, ({ turn, author }) =>
    impartial(world, moves[turn] ?? { role: 'worker', agent: 0 }, author),
  );
}

/** As `Trinity` puts it right: nobody checks itself. */
function impartial(world: TeamWorld, move: Move, author: number | undefined): Move {
  if (move.role !== 'verifier' || move.agent !== author) return move;
  return { ...move, agent: world.agents.findIndex((_, agent) => agent !== author) };
}

/** The best of all ways to give the three roles to agents once and for all. */
function bestFixed(world: TeamWorld, mean: (of: (question: { kind: number }) => number) => number): number {
  const order = ['thinker', 'worker', 'verifier'] as const;
  let best = 0;
  const agents = world.agents.map((_, agent) => agent);
  for (const thinker of agents) {
    for (const worker of agents) {
      for (const verifier of agents.filter((agent) => agent !== worker)) {
        const cast = { thinker, worker, verifier };
        const move = (turn: number): Move => {
          const role = order[turn % 3] ?? 'worker';
          return { role, agent: cast[role] };
        };
        const values = world.planCounts.map((_, kind) => valueOf(world, kind, ({ turn }) => move(turn)));
        best = Math.max(
          best,
          mean(({ kind }) => values[kind] ?? 0),
        );
      }
    }
  }
  return best;
}

/** One agent that answers and checks itself in turn. */
function reflecting(world: TeamWorld, kind: number, agent: number): number {
  return valueOf(world, kind, ({ turn }) => ({ role: turn % 2 === 0 ? 'worker' : 'verifier', agent }));
}

function anyMove(world: TeamWorld, random: () => number): Move {
  const roles = ['thinker', 'worker', 'verifier'] as const;
  return { role: roles[Math.floor(random() * 3)] ?? 'worker', agent: Math.floor(random() * world.agents.length) };
}

/** Mean skill of each agent in each role: what a user could know and write down. */
function skillsOf(world: TeamWorld): Record<string, Record<string, number>> {
  const named = (skill: (agent: number) => number): Record<string, number> =>
    Object.fromEntries(world.agents.map((id, agent) => [id, skill(agent)]));
  return {
    thinker: named((agent) => world.plan[agent] ?? 0),
    worker: named((agent) => (world.work[agent] ?? []).reduce((sum, skill) => sum + skill / 3, 0)),
    verifier: named((agent) => (world.acceptsRight[agent] ?? 0) - (world.acceptsWrong[agent] ?? 0)),
  };
}

/** Runs of the real class, over models that say what their skills let them. */
async function playForReal(
  world: TeamWorld,
  router: RoleRouter,
  random: () => number,
): Promise<{ success: number; early: number }> {
  let [successes, early] = [0, 0];
  for (let run = 0; run < realRuns; run++) {
    const { kind, text } = questionAt(world, testFrom + (run % testQuestions));
    let planner: number | undefined;
    let isRight: boolean | undefined;
    const agents = world.agents.map((name, agent) => {
      const says = (prompt: string): string => {
        if (prompt === trinityRoles.thinker.prompt) {
          planner = agent;
          return 'First this, then that.';
        }
        if (prompt === trinityRoles.worker.prompt) {
          isRight = random() < oddsOfAnswer(world, kind, agent, planner);
          return isRight ? 'right' : 'wrong';
        }
        if (isRight === undefined) early++;
        const accepts = random() < ((isRight === true ? world.acceptsRight : world.acceptsWrong)[agent] ?? 0);
        return `VERDICT: ${accepts ? 'ACCEPT' : 'REVISE'}`;
      };
      const chat = ({ messages }: Parameters<Parameters<typeof customProvider>[0]['chat'] & object>[0]): string => {
        const [prompt] = messages;
        return prompt === undefined ? '' : says(textOf(prompt));
      };
      return [name, customProvider({ id: `simulated:${name}`, chat })] as const;
    });
    const result = await new Trinity({ agents: Object.fromEntries(agents), router, maxTurns: world.maxTurns }).run(
      text,
    );
    if (result.text === 'right') successes++;
  }
  return { success: successes / realRuns, early };
}

/** The same numbers without reading a text twice. */
function remembering(encoder: Encoder): Encoder {
  const known = new Map<string, Float32Array>();
  const encode = (text: string): Float32Array => {
    const features = known.get(text) ?? encoder(text);
    known.set(text, features);
    return features;
  };
  return Object.assign(encode, { version: encoder.version });
}
