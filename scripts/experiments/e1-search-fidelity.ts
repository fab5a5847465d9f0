import { readFileSync } from 'node:fs';

import { TreeSearch, type BeliefParams, type Sampler, type TreeSearchOptions } from '@tako/orchestrators/ab-mcts';

import type { Experiment, Findings } from './experiment.ts';
import { firstLandscapes, Problem, type Place } from './landscapes.ts';

/** Parameters as TreeQuest writes them. */
type Params =
  | { readonly a: number; readonly b: number }
  | { readonly m: number; readonly kappa: number; readonly nu: number; readonly tau_square: number };

/** A recorded run of AB-MCTS-A. */
interface DrawnTrace {
  readonly name: string;
  readonly options: { readonly dist_type: 'beta' | 'gaussian' };
  readonly actions: readonly string[];
  readonly rounds: readonly {
    readonly asks: readonly {
      readonly decisions: readonly { readonly draws: readonly { readonly params: Params; readonly value: number }[] }[];
      readonly node: number;
      readonly action: string;
    }[];
    readonly tells: readonly { readonly ask: number; readonly score: number; readonly newNode: number }[];
  }[];
}

/** A recorded run of a search without chance. */
interface PlainTrace {
  readonly algorithm: string;
  readonly options: {
    readonly samplesPerAction?: number;
    readonly numSamples?: number;
    readonly sizeLimit?: number;
    readonly explorationWeight?: number;
  };
  readonly landscape: string;
  readonly problemSeed: number;
  readonly steps: readonly { readonly node: number; readonly action: string; readonly score: number }[];
}

/** What became of a trace. */
interface Replay {
  readonly name: string;
  readonly choices: number;
  readonly same: number;
  readonly draws: number;
  /** The largest difference of a parameter, relative where it is above 1. */
  readonly furthest: number;
}

export const experiment: Experiment = {
  id: 'E1',
  title: 'AB-MCTS: the reference implementation, draw by draw',
  question:
    'Recorded runs of TreeQuest 0.2.0, with every draw, the parameters it was drawn with, and every choice: given the same draws and scores, does our core ask for the same draws ' +
    'with the same parameters, and expand the same nodes by the same generators? Batches, and scores that come in another order, are among them.',
  run: () => Promise.resolve().then(replayAll),
};

function replayAll(): Findings {
  // Traces of another shape would not replay.
  const drawn = (fixture('ab-mcts-a-traces') as readonly DrawnTrace[]).map(replayDrawn);
  const plain = (fixture('deterministic-traces') as readonly PlainTrace[]).map(replayPlain);
  const all = [...drawn, ...plain];
  const sum = (figure: (replay: Replay) => number): number => all.reduce((total, replay) => total + figure(replay), 0);
  const furthest = Math.max(...all.map((replay) => replay.furthest));
  return {
    table: [
      ['Run', 'Choices', 'the same', 'Draws', 'largest difference of a parameter'],
      ...all.map(({ name, choices, same, draws, furthest: most }) => [
        name,
        String(choices),
        String(same),
        String(draws),
        draws === 0 ? '' : most.toExponential(1),
      ]),
    ],
    bars: [
      {
        claim: 'every choice is the same',
        seen: `${sum(({ same }) => same)} of ${sum(({ choices }) => choices)}`,
        holds: all.every(({ same, choices }) => same === choices),
      },
      {
        claim: 'every draw is made with the same parameters, to 1e-9',
        seen: `${sum(({ draws }) => draws)} draws, at most ${furthest.toExponential(1)} apart`,
        holds: furthest <= 1e-9,
      },
    ],
    charts: [], // equality has nothing to draw
    notes: [
      'The posteriors of both beliefs, the quantiles of the samplers and the mixed model (against a quadrature of 57 600 points) are held by the tests of `@tako/orchestrators`.',
    ],
  };
}

function replayDrawn({ name, options, actions, rounds }: DrawnTrace): Replay {
  let coming: { readonly params: Params; readonly value: number }[] = [];
  let draws = 0;
  let furthest = 0;
  const sampler: Sampler = {
    draw(params) {
      draws++;
      const next = coming.shift();
      furthest = Math.max(furthest, next === undefined ? Infinity : differenceOf(params, next.params));
      return next?.value ?? 0;
    },
    uniform: () => Number.NaN,
    normal: () => Number.NaN,
  };
  const search = new TreeSearch({ generators: actions, belief: options.dist_type, hedge: 0, sampler });
  let choices = 0;
  let same = 0;
  for (const { asks, tells } of rounds) {
    const ids = asks.map(({ decisions, node, action }) => {
      coming = decisions.flatMap((decision) => decision.draws);
      const [trial] = search.ask();
      choices++;
      if (trial?.parent === node && trial.generator === action && coming.length === 0) same++;
      return trial?.id ?? -1;
    });
    for (const { ask, score } of tells) search.tell(ids[ask] ?? -1, { score });
  }
  return { name, choices, same, draws, furthest };
}

function replayPlain({ algorithm, options, landscape, problemSeed, steps }: PlainTrace): Replay {
  const { samplesPerAction, numSamples, sizeLimit, explorationWeight } = options;
  const generators = [...new Set(steps.map(({ action }) => action))].toSorted();
  const samples = samplesPerAction ?? numSamples ?? sizeLimit;
  const search = new TreeSearch({ generators, samples, exploration: explorationWeight, ...policyOf(algorithm) });
  const ground = firstLandscapes[landscape];
  if (ground === undefined) throw new Error(`there is no landscape ${landscape}`);
  const problem = new Problem(ground, problemSeed);
  const places: Place[] = [];
  let same = 0;
  for (const { node, action, score } of steps) {
    const [trial] = search.ask();
    const place = problem.expand(places[node], generators.indexOf(action));
    places.push(place);
    if (trial?.parent === node && trial.generator === action && Math.abs(place.score - score) < 1e-12) same++;
    search.tell(trial?.id ?? -1, { score });
  }
  return { name: algorithm, choices: steps.length, same, draws: 0, furthest: 0 };
}

function policyOf(algorithm: string): Pick<TreeSearchOptions, 'generatorChoice' | 'policy'> {
  if (algorithm.startsWith('standard-mcts')) return { policy: 'mcts' };
  if (algorithm === 'best-first') return { policy: 'best_first' };
  if (algorithm === 'tree-of-thoughts-bfs') return { policy: 'tree_of_thoughts' };
  return { policy: 'best_of_n', generatorChoice: 'ucb' };
}

function differenceOf(params: BeliefParams, reference: Params): number {
  const pairs =
    'a' in params && 'a' in reference
      ? [
          [params.a, reference.a],
          [params.b, reference.b],
        ]
      : 'm' in params && 'm' in reference
        ? [
            [params.m, reference.m],
            [params.kappa, reference.kappa],
            [params.nu, reference.nu],
            [params.tauSquare, reference.tau_square],
          ]
        : [[Infinity, 0]];
  return Math.max(...pairs.map(([ours = 0, theirs = 0]) => Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs))));
}

function fixture(name: string): unknown {
  const file = new URL(`../../packages/orchestrators/test/ab-mcts/fixtures/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly traces: unknown }).traces;
}
