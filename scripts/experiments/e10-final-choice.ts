import { TreeSearch, type FinalChoice } from '@tako/orchestrators/ab-mcts';
import { seededRandom } from '@tako/testing';

import { clamp, unit } from '../../packages/orchestrators/test/ab-mcts/landscapes.ts';
import { chart, pointAt } from './chart.ts';
import { atScale, type Experiment, type ExperimentOptions, type Findings } from './experiment.ts';
import { gainOf, inFigures, meanOf, type Interval } from './interval.ts';
import { firstLandscapes, furtherLandscapes, Problem, type Landscape, type Place } from './landscapes.ts';

const calls = 128;
const noises = [0, 0.05, 0.1, 0.2, 0.3];
const noisy = 0.2;
const choices: readonly FinalChoice[] = ['posterior_mean', 'max_score', 'latest_max'];

/** True scores of the answers that were given, by choice: one for each problem. */
type Given = ReadonlyMap<FinalChoice, readonly number[]>;

export const experiment: Experiment = {
  id: 'E10',
  title: 'AB-MCTS: which answer to give where scores are noisy',
  question:
    `The ten landscapes of E2, but the search sees each score with Gaussian noise (cut off at 0 and 1). After ${calls} calls an answer is given: how good is it really, chosen by what ` +
    'the whole tree says of its worth (`posterior_mean`, the default), by its score alone, or as the latest of the highest scores? All choose from the same trees.',
  run: (options) => Promise.resolve(options).then(compare),
};

function compare(options: ExperimentOptions): Findings {
  const random = seededRandom(options.seed);
  const problems = atScale(100, options);
  const landscapes = Object.entries({ ...firstLandscapes, ...furtherLandscapes });
  const names = landscapes.map(([name]) => name);
  const table = [['Noise (sd)', ...choices, 'posterior mean over max score', ...names]];
  const bars: Findings['bars'][number][] = [];
  const means: Interval[][] = [];
  for (const sd of noises) {
    const given = landscapes.map(([, landscape]) => chooseOn(landscape, sd, problems, options.seed));
    const all = (choice: FinalChoice): number[] => given.flatMap((each) => each.get(choice) ?? []);
    const gain = gainOf(all('posterior_mean'), all('max_score'), random);
    const gains = given.map((each) => gainOf(each.get('posterior_mean') ?? [], each.get('max_score') ?? [], random));
    const worths = choices.map((choice) => meanOf(all(choice), random));
    means.push(worths);
    table.push([
      String(sd),
      ...worths.map((each) => inFigures(each)),
      inFigures(gain),
      ...gains.map((each) => inFigures(each)),
    ]);
    bars.push(
      sd >= noisy
        ? {
            claim: `at noise ${sd} the posterior mean beats the highest score by at least 0.02`,
            seen: inFigures(gain),
            holds: gain.value >= 0.02,
          }
        : { claim: `at noise ${sd} it is at most 0.01 behind`, seen: inFigures(gain), holds: gain.value >= -0.01 },
    );
  }
  return {
    table,
    bars,
    charts: [
      chart('e10-true-score', {
        title: 'True score of the answer that is given, 128 calls, mean of ten landscapes',
        xLabel: 'standard deviation of the noise in scores',
        yLabel: 'true score',
        xAxis: { text: String },
        yAxis: { kind: 'range', from: 0.5, to: 1, text: (score) => score.toFixed(2) },
        series: choices.map((name, at) => ({
          name,
          points: noises.map((sd, row) => pointAt(sd, means[row]?.[at] ?? { value: 0, low: 0, high: 0 })),
        })),
      }),
    ],
    notes: [
      `${problems} problems on each landscape; intervals are 95 %, paired bootstrap over all of them. The columns of landscapes show what the posterior mean gains over the highest ` +
        'score there. Where a refinement has nothing to do with what it refines (`wide`, `noise`, `needle`), no tree can tell a lucky score from a good answer, and there is nothing to gain. ' +
        'The grid that noise and heredity are summed over was chosen on these landscapes, with other problems: elsewhere the gain may be smaller.',
    ],
  };
}

function chooseOn(landscape: Landscape, sd: number, problems: number, seed: number): Given {
  const given = new Map<FinalChoice, number[]>(choices.map((choice) => [choice, []]));
  const generators = Array.from({ length: landscape.actions }, (_, action) => String(action));
  for (let at = 0; at < problems; at++) {
    const search = new TreeSearch({ generators, seed: at + 1 });
    const problem = new Problem(landscape, seed * 100_003 + 50_000 + at);
    const places: Place[] = [];
    for (let call = 0; call < calls; call++) {
      const [trial] = search.ask();
      if (trial === undefined) throw new Error('a search that never fails ran out of generators');
      const place = problem.expand(places[trial.parent], Number(trial.generator));
      places.push(place);
      search.tell(trial.id, { score: clamp(place.score + sd * normal(place.key)) });
    }
    for (const choice of choices) given.get(choice)?.push(places[search.best(choice)]?.score ?? Number.NaN);
  }
  return given;
}

/** A standard normal number, the same for the same answer. */
function normal(key: number): number {
  return Math.sqrt(-2 * Math.log(1 - unit(key, 901))) * Math.cos(2 * Math.PI * unit(key, 902));
}
