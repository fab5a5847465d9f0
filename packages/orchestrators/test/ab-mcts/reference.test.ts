import { describe, expect, test } from 'vitest';

import { freshBeliefs, type BeliefParams } from '../../src/ab-mcts/search/belief.js';
import { MixedModel, MixedModelGrid } from '../../src/ab-mcts/search/mixed-model.js';
import { bestFirstPlanner, mctsPlanner, treeOfThoughtsPlanner } from '../../src/ab-mcts/search/planners.js';
import { queuePolicy } from '../../src/ab-mcts/search/queue-policy.js';
import { SeededSampler, type Sampler } from '../../src/ab-mcts/search/sampler.js';
import { SearchTree } from '../../src/ab-mcts/search/search-tree.js';
import { TreeSearch, type Trial } from '../../src/ab-mcts/search/tree-search.js';
import { fixture } from './fixture.js';
import { Problem, type Place } from './landscapes.js';

type Params = { m: number; kappa: number; nu: number; tau_square: number } | { a: number; b: number };

function ours(params: Params): BeliefParams {
  return 'a' in params ? params : { m: params.m, kappa: params.kappa, nu: params.nu, tauSquare: params.tau_square };
}

/** Names of parameters that differ by more than rounding. */
function differences(actual: BeliefParams, expected: Params): string[] {
  const is = new Map(Object.entries(actual));
  const wanted: [string, number][] = Object.entries(ours(expected));
  return wanted.flatMap(([name, value]) => {
    const isSame = Math.abs((is.get(name) ?? Number.NaN) - value) <= 1e-9 * Math.max(1, Math.abs(value));
    return isSame ? [] : [`${name}: ${is.get(name)} in place of ${value}`];
  });
}

describe('posteriors', () => {
  interface Case {
    dist: 'gaussian' | 'beta';
    name: string;
    rewards: number[];
    start: Params;
    after: Params[];
  }
  interface Samples {
    params: Params;
    rewards: number[];
    n: number;
    quantiles: { [share: string]: number };
  }
  const { cases, samplers } = fixture('posteriors') as { cases: Case[]; samplers: Samples[] };

  test.each(cases.map((each, at) => [`${at} ${each.dist} ${each.name}`, each] as const))(
    '%s',
    (_, { rewards, start, after }) => {
      const beliefs = freshBeliefs(ours(start));
      const seen = rewards.map((reward) => {
        beliefs.add(0, reward);
        return beliefs.params(0);
      });
      const last = seen.slice(-after.length);
      expect(after.flatMap((expected, at) => differences(last[at] ?? beliefs.params(0), expected))).toEqual([]);
    },
  );

  test.each(samplers.map((each) => [JSON.stringify(each.params), each] as const))(
    'draws from %s',
    (_, { params, n, quantiles }) => {
      const sampler = new SeededSampler(11);
      const draws = Float64Array.from({ length: n }, () => sampler.draw(ours(params))).toSorted();
      for (const [share, expected] of Object.entries(quantiles)) {
        const p = Number(share);
        const at = (of: number): number => draws[Math.min(n - 1, Math.max(0, Math.round(of * n)))] ?? 0;
        // The standard error of a quantile, its density estimated over two hundredths of the draws.
        const density = 0.02 / Math.max(1e-9, at(Math.min(1, p + 0.01)) - at(Math.max(0, p - 0.01)));
        const error = Math.sqrt((p * (1 - p)) / n) / density;
        expect(Math.abs(at(p) - expected), `quantile ${share}`).toBeLessThanOrEqual(0.02 + 4 * error);
      }
    },
  );
});

describe('AB-MCTS-A, draw by draw', () => {
  interface Decision {
    draws: { params: Params; value: number }[];
    chosen: string | number;
  }
  interface Trace {
    name: string;
    options: { dist_type: 'gaussian' | 'beta' };
    actions: string[];
    batch: number;
    rounds: {
      asks: { decisions: Decision[]; node: number; action: string }[];
      tells: { ask: number; score: number; newNode: number }[];
    }[];
    nodes: unknown;
  }
  const { traces } = fixture('ab-mcts-a-traces') as { traces: Trace[] };

  test.each(traces.map((trace) => [trace.name, trace] as const))('%s', (_, trace) => {
    let queue: Decision['draws'] = [];
    const replay: Sampler = {
      draw(params) {
        const next = queue.shift();
        if (next === undefined) throw new Error('there is a draw too many');
        expect(differences(params, next.params)).toEqual([]);
        return next.value;
      },
      uniform: () => Number.NaN,
      normal: () => Number.NaN,
    };
    const belief = trace.options.dist_type;
    const search = new TreeSearch({ generators: trace.actions, belief, hedge: 0, sampler: replay });
    for (const { asks, tells } of trace.rounds) {
      const trials: Trial[] = [];
      for (const ask of asks) {
        queue = ask.decisions.flatMap(({ draws }) => draws);
        const [trial] = search.ask(1);
        expect(trial).toMatchObject({ parent: ask.node, generator: ask.action });
        expect(queue).toEqual([]);
        if (trial !== undefined) trials.push(trial);
      }
      for (const { ask, score, newNode } of tells) {
        expect(search.tell(trials[ask]?.id ?? -1, { score })).toBe(newNode);
      }
    }
  });
});

describe('deterministic searches, step by step', () => {
  interface Trace {
    algorithm: string;
    options: {
      samplesPerAction?: number;
      explorationWeight?: number;
      numSamples?: number;
      breadthLimit?: number;
      sizeLimit?: number;
    };
    steps: { node: number; action: string; score: number }[];
  }
  const { traces } = fixture('deterministic-traces') as { traces: Trace[] };
  const planners = (trace: Trace) => {
    const {
      samplesPerAction = 2,
      explorationWeight = 1,
      numSamples = 2,
      breadthLimit = 3,
      sizeLimit = 5,
    } = trace.options;
    if (trace.algorithm.startsWith('standard-mcts'))
      return mctsPlanner({ samples: samplesPerAction, exploration: explorationWeight });
    if (trace.algorithm === 'best-first') return bestFirstPlanner({ samples: numSamples });
    return treeOfThoughtsPlanner({ breadth: breadthLimit, size: sizeLimit });
  };

  test.each(
    traces.filter(({ algorithm }) => algorithm !== 'bandit-ucb').map((trace) => [trace.algorithm, trace] as const),
  )('%s', (_, trace) => {
    const generators = [...new Set(trace.steps.map(({ action }) => action))].toSorted();
    const tree = new SearchTree();
    const policy = queuePolicy(planners(trace));
    for (const { node, action, score } of trace.steps) {
      expect(policy.choose({ tree, generators, running: [] })).toEqual({ parent: node, generator: action });
      policy.added(tree, tree.add({ parent: node, generator: action, score, trial: 0 }));
    }
  });

  test('bandit-ucb', () => {
    const trace = traces.find(({ algorithm }) => algorithm === 'bandit-ucb');
    const generators = [...new Set(trace?.steps.map(({ action }) => action))].toSorted();
    const search = new TreeSearch({ generators, policy: 'best_of_n', generatorChoice: 'ucb' });
    for (const { node, action, score } of trace?.steps ?? []) {
      const [trial] = search.ask();
      expect(trial).toMatchObject({ parent: node, generator: action });
      search.tell(trial?.id ?? -1, { score });
    }
  });
});

describe('AB-MCTS-M: the posterior in closed form', () => {
  interface Prediction {
    mean: number;
    sd: number;
  }
  interface Case {
    name: string;
    groups: number[][];
    children: Prediction[];
    gen: Prediction;
    winRate: number[];
  }
  const { cases } = fixture('ab-mcts-m-posteriors') as { cases: Case[] };
  const grid = new MixedModelGrid();

  test.each(cases.map((each) => [each.name, each] as const))('%s', (_, { groups, children, gen, winRate }) => {
    const model = new MixedModel(grid);
    for (const [group, scores] of groups.entries()) for (const score of scores) model.add(group, score);
    const arms = [...groups.keys(), -1];
    for (const [at, expected] of [...children, gen].entries()) {
      const { mean, sd } = model.predict(arms[at] ?? -1);
      expect(Math.abs(mean - expected.mean)).toBeLessThanOrEqual(0.005);
      expect(Math.abs(sd - expected.sd)).toBeLessThanOrEqual(0.005);
    }
    const sampler = new SeededSampler(3);
    const times = 20_000;
    const wins = arms.map(() => 0);
    for (let time = 0; time < times; time++) {
      const draws = arms.map((arm) => model.draw(arm, sampler));
      const best = draws.indexOf(Math.max(...draws));
      wins[best] = (wins[best] ?? 0) + 1;
    }
    for (const [at, expected] of winRate.entries()) {
      const error = Math.sqrt((expected * (1 - expected)) / times);
      expect(Math.abs((wins[at] ?? 0) / times - expected)).toBeLessThanOrEqual(0.01 + 4 * error);
    }
  });
});

test('the landscapes are those of the reference data', () => {
  interface Trace {
    landscape: string;
    problemSeed: number;
    steps: { node: number; action: string; score: number }[];
  }
  for (const { landscape, problemSeed, steps } of (fixture('deterministic-traces') as { traces: Trace[] }).traces) {
    const problem = new Problem(landscape, problemSeed);
    const places: Place[] = [];
    for (const { node, action, score } of steps) {
      const place = problem.expand(places[node], Number(action.slice(1)));
      expect(place.score).toBeCloseTo(score, 12);
      places.push(place);
    }
  }
});
