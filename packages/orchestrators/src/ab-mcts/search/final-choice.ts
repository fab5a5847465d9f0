import { root, type SearchTree } from './search-tree.js';

/**
 * Which answer of a tree is given.
 *
 * - `posterior_mean`: the one that is best by what the whole tree says of it: scores are noisy, and the highest of many is
 *   often just lucky
 * - `max_score`: the one with the highest score, the first of several
 * - `latest_max`: the last of several
 */
export type FinalChoice = 'posterior_mean' | 'max_score' | 'latest_max';

/** @returns the number of the answer; -1 for an empty tree */
export function finalChoice(tree: SearchTree, choice: FinalChoice): number {
  if (choice === 'max_score') return tree.best;
  const values = choice === 'latest_max' ? tree.nodes.map(({ score }) => score) : posteriorMeans(tree);
  let best = root;
  for (const [id, value] of values.entries()) {
    const rival = values[best] ?? -Infinity;
    // Equal values differ by rounding only.
    if (value > rival + (choice === 'latest_max' ? 0 : 1e-9) || (choice === 'latest_max' && value === rival)) best = id;
  }
  return best;
}

/**
 * What each answer is really worth, by the whole tree: an answer's worth is that of the one that it refines, plus a gain;
 * its score is its worth, plus noise. All Gaussian, so that one pass up the tree and one down give the exact posterior.
 *
 * How noisy scores are is read off the tree itself. Noise makes a score that is too high be followed by one that is lower:
 * changes that follow one another along a line of refinements have a covariance of minus its variance. Where that shows
 * none, scores stand as they are.
 */
export function posteriorMeans(tree: SearchTree): readonly number[] {
  const { nodes } = tree;
  const scores = nodes.map(({ score }) => score);
  const noise = noiseVariance(tree);
  if (noise === 0) return scores;

  const firsts = tree.children(root).map((id) => tree.score(id));
  const gains = nodes.flatMap(({ parent, score }) => (parent === root ? [] : [score - tree.score(parent)]));
  const start = { mean: mean(firsts), variance: Math.max(variance(firsts) - noise, least) };
  const gain = { mean: mean(gains), variance: Math.max(variance(gains) - 2 * noise, least) };

  // Up: what the scores at and below a node say of its worth, as a precision and a precision times mean.
  const precision = scores.map(() => 1 / noise);
  const linear = scores.map((score) => score / noise);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const parent = tree.parent(id);
    if (parent === root) continue;
    const told = message(precision[id] ?? 0, linear[id] ?? 0, -gain.mean, gain.variance);
    precision[parent] = (precision[parent] ?? 0) + told.precision;
    linear[parent] = (linear[parent] ?? 0) + told.linear;
  }
  // Down: what all the rest says of it, too.
  for (let id = 0; id < nodes.length; id++) {
    const parent = tree.parent(id);
    let above = { precision: 1 / start.variance, linear: start.mean / start.variance };
    if (parent !== root) {
      const own = message(precision[id] ?? 0, linear[id] ?? 0, -gain.mean, gain.variance);
      const rest = (precision[parent] ?? 0) - own.precision;
      above = message(rest, (linear[parent] ?? 0) - own.linear, gain.mean, gain.variance);
    }
    precision[id] = (precision[id] ?? 0) + above.precision;
    linear[id] = (linear[id] ?? 0) + above.linear;
  }
  return precision.map((value, id) => (linear[id] ?? 0) / value);
}

/** No variance is taken for less: what looks certain in a few scores is not. */
const least = 1e-4;

/** What is known of a worth, told one step further along a refinement: `shift` is added, and the gain's variance blurs it. */
function message(
  precision: number,
  linear: number,
  shift: number,
  blur: number,
): { readonly precision: number; readonly linear: number } {
  const further = precision / (1 + precision * blur);
  return { precision: further, linear: further * (linear / precision + shift) };
}

function noiseVariance(tree: SearchTree): number {
  const pairs = tree.nodes.flatMap(({ parent, score }) => {
    const before = tree.node(parent);
    if (before === undefined || before.parent === root) return [];
    return [[before.score - tree.score(before.parent), score - before.score] as const];
  });
  if (pairs.length < 4) return 0;
  const first = mean(pairs.map(([earlier]) => earlier));
  const second = mean(pairs.map(([, later]) => later));
  const covariance = mean(pairs.map(([earlier, later]) => (earlier - first) * (later - second)));
  return Math.max(0, -covariance);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}
