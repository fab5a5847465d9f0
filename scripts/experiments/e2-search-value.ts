import { chart, plainPoint, pointAt } from './chart.ts';
import { atScale, type Experiment, type ExperimentOptions, type Findings } from './experiment.ts';
import { gainOf, inFigures, meanOf, type Interval } from './interval.ts';
import { firstLandscapes, furtherLandscapes, type Landscape } from './landscapes.ts';
import { playSearch, type PlayedSearch } from './play-search.ts';
import { seededRandom } from '@tako/testing';

const budgets = [16, 32, 64, 128];
const [shorter, longest] = [32, 128];
const ours = 'default (A-Beta, hedge 2)';

/** TreeQuest's own search, as its 0.2.0 sets it up: our core without the hedge makes its draws and choices. */
const treeQuest: Readonly<Record<string, PlayedSearch>> = {
  'TreeQuest A-Gauss': { belief: 'gaussian', hedge: 0 },
  'TreeQuest A-Beta': { belief: 'beta', hedge: 0 },
};

const searches: Readonly<Record<string, PlayedSearch>> = {
  'best of n': { policy: 'best_of_n' },
  'refine best': { policy: 'refine' },
  'MCTS, width 5': { policy: 'mcts', samples: 5 },
  'best-first': { policy: 'best_first' },
  'tree of thoughts': { policy: 'tree_of_thoughts' },
  ...treeQuest,
  'AB-MCTS-M, exact': { policy: 'mixed', hedge: 0 },
  'M, hedge 2': { policy: 'mixed' },
  [ours]: {},
};

/** Those that are drawn: more lines nobody can tell apart. */
const drawn = [
  'best of n',
  'refine best',
  'MCTS, width 5',
  'best-first',
  'TreeQuest A-Gauss',
  'TreeQuest A-Beta',
  'AB-MCTS-M, exact',
  ours,
];

/** Best scores, by search, one for each problem. */
type Scores = ReadonlyMap<string, Float64Array>;

/** A landscape after so many calls. */
interface Outcome {
  readonly landscape: string;
  readonly isFirst: boolean;
  readonly calls: number;
  readonly scores: Scores;
}

export const experiment: Experiment = {
  id: 'E2',
  title: 'AB-MCTS: what a search finds for its calls',
  question:
    'Ten landscapes of known structure, on six of which the defaults were chosen (on the four others nothing was): how good is the best answer after 16 to 128 generator calls, ' +
    'for the default of `AbMcts` against TreeQuest 0.2.0 (our core as it sets its own up, which replays its draws: E1) and five plainer searches? ' +
    'Every search sees the same answer for the same path.',
  run: (options) => Promise.resolve(options).then(compare),
};

function compare(options: ExperimentOptions): Findings {
  const random = seededRandom(options.seed);
  const problems = atScale(200, options);
  const outcomes = [
    ...Object.entries(firstLandscapes).flatMap((entry) => play(entry, true, problems, options.seed)),
    ...Object.entries(furtherLandscapes).flatMap((entry) => play(entry, false, problems, options.seed)),
  ];
  const atEnd = outcomes.filter(({ calls }) => calls === longest);
  const table = [
    ['Search', ...atEnd.map(({ landscape }) => landscape), `worst distance at ${shorter}`, `at ${longest}`],
    ...Object.keys(searches).map((name) => [
      name,
      ...atEnd.map(({ scores }) => inFigures(meanOf(scoresOf(scores, name), random))),
      ...[shorter, longest].map((calls) =>
        [true, false].map((isFirst) => worstDistance(outcomes, name, calls, isFirst).toFixed(3)).join(' / '),
      ),
    ]),
  ];
  const worse: string[] = [];
  const better = new Set<string>();
  for (const { landscape, calls, scores } of outcomes) {
    for (const rival of Object.keys(treeQuest)) {
      const gain = gainOf(scoresOf(scores, ours), scoresOf(scores, rival), random);
      if (calls === longest && gain.high < 0) worse.push(`${landscape} (${rival}: ${shown(gain)})`);
    }
    const all = Object.keys(treeQuest).map((rival) => gainOf(scoresOf(scores, ours), scoresOf(scores, rival), random));
    if (calls === longest && all.every(({ low }) => low > 0)) better.add(landscape);
  }
  const distance = (calls: number, isFirst: boolean): number => worstDistance(outcomes, ours, calls, isFirst);
  const bar = (calls: number, isFirst: boolean, most: number): Findings['bars'][number] => ({
    claim: `worst distance to the best search at ${calls} calls at most ${most}, on the ${isFirst ? 'first six' : 'four further'} landscapes`,
    seen: distance(calls, isFirst).toFixed(3),
    holds: distance(calls, isFirst) <= most,
  });
  return {
    table,
    bars: [
      {
        claim: `the default is on no landscape worse than either mode of TreeQuest A at ${longest} calls (95 %)`,
        seen: worse.length === 0 ? 'on none' : worse.join('; '),
        holds: worse.length === 0,
      },
      {
        claim: 'it is strictly better than both on at least 6 of 10',
        seen: `${better.size}: ${[...better].join(', ')}`,
        holds: better.size >= 6,
      },
      bar(longest, true, 0.06),
      bar(shorter, true, 0.22),
      bar(longest, false, 0.35),
      bar(shorter, false, 0.35),
    ],
    charts: [
      chart('e2-best-score', {
        title: 'Best score found, mean of ten landscapes',
        xLabel: 'generator calls',
        yLabel: 'best score',
        xAxis: { kind: 'doubling', text: String },
        yAxis: { kind: 'range', from: 0.4, to: 1, text: (score) => score.toFixed(1) },
        series: drawn.map((name) => ({
          name,
          points: budgets.map((calls) => pointAt(calls, meanOf(overLandscapes(outcomes, name, calls), random))),
        })),
      }),
      chart('e2-worst-distance', {
        title: 'How far a search is behind the best one, where it is furthest (ten landscapes)',
        xLabel: 'generator calls',
        yLabel: 'distance of best scores',
        xAxis: { kind: 'doubling', text: String },
        yAxis: { kind: 'range', from: 0, to: 0.8, text: (score) => score.toFixed(1) },
        series: drawn.map((name) => ({
          name,
          points: budgets.map((calls) =>
            plainPoint(
              calls,
              Math.max(...[true, false].map((isFirst) => worstDistance(outcomes, name, calls, isFirst))),
            ),
          ),
        })),
      }),
    ],
    notes: [
      `${problems} problems for each landscape, the same for all searches; intervals are 95 %, paired bootstrap. The table shows the best score after ${longest} calls; the worst distance to ` +
        'the best of these searches on a landscape is for the first six / the four further ones. On `wide`, `noise` and `needle` a refinement is nothing but a fresh draw: all searches are alike there, ' +
        'and differences are chance. Where every call should go into refinement (`deep`, `dead ends`), refining the best alone is better; the hedge is what it costs not to know that before.',
    ],
  };
}

function play([landscape, rule]: [string, Landscape], isFirst: boolean, problems: number, seed: number): Outcome[] {
  const played = Object.entries(searches).map(([name, search]) => {
    const runs = Array.from({ length: problems }, (_, at) => playSearch(search, rule, seed * 100_003 + at, longest));
    return [name, runs] as const;
  });
  return budgets.map((calls) => ({
    landscape,
    isFirst,
    calls,
    scores: new Map(
      played.map(([name, runs]) => [name, Float64Array.from(runs, (best) => best[calls - 1] ?? Number.NaN)]),
    ),
  }));
}

function scoresOf(scores: Scores, name: string): Float64Array {
  return scores.get(name) ?? new Float64Array();
}

/** How far a search is behind the best one, where it is furthest. */
function worstDistance(outcomes: readonly Outcome[], name: string, calls: number, isFirst: boolean): number {
  const those = outcomes.filter((outcome) => outcome.calls === calls && outcome.isFirst === isFirst);
  const distances = those.map(({ scores }) => {
    const means = new Map(Array.from(scores, ([search, values]) => [search, mean(values)]));
    return Math.max(...means.values()) - (means.get(name) ?? Number.NaN);
  });
  return Math.max(...distances);
}

/** Best scores of a search, each the mean of the n-th problems of all landscapes. */
function overLandscapes(outcomes: readonly Outcome[], name: string, calls: number): Float64Array {
  const those = outcomes.filter((outcome) => outcome.calls === calls).map(({ scores }) => scoresOf(scores, name));
  const [first = new Float64Array()] = those;
  return first.map((_, at) => those.reduce((sum, values) => sum + (values[at] ?? 0), 0) / those.length);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shown({ value, low, high }: Interval): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
