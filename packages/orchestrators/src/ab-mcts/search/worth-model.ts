import { root, type SearchTree } from './search-tree.js';

/** How much of what an answer has before others its refinements inherit: nothing, most, or all of it. */
const heredities = [0, 0.8, 1];
/** Standard deviations of the noise in scores. */
const noises = [0.005, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4];
/** No variance is taken for less: what looks certain in a few scores is not. */
const least = 1e-4;
/** Rounds of expectation maximisation: a few for all, the rest for those that are not hopeless by then. */
const firstRounds = 6;
const furtherRounds = 24;
const hopeless = 10;

/**
 * What each answer is really worth, by the whole tree.
 *
 * The worth of an answer is inherited from the one that it refines, wholly or in part, plus a gain by who made it; its score
 * is its worth, plus noise. All is Gaussian, and the means and spreads of gains are fitted to the tree. How noisy scores are
 * and how much is inherited is summed over a grid, by how likely each point makes the scores. So a high score whose
 * refinements are all poor counts as luck where refinements resemble what they refine, and as it stands where they do not.
 *
 * @returns the expected worth of each node, by number; the time is linear in their number
 */
export function expectedWorths(tree: SearchTree): readonly number[] {
  const { nodes } = tree;
  if (nodes.length === 0) return [];
  const fits = heredities.flatMap((heredity) => noises.map((noise) => new WorthFit(tree, heredity, noise ** 2)));
  for (const fit of fits) fit.improve(firstRounds);
  const best = bestOf(fits);
  const hopeful = fits.filter(({ likelihood }) => likelihood > best - hopeless);
  for (const fit of hopeful) fit.improve(furtherRounds);
  const highest = bestOf(hopeful);
  const worths = new Float64Array(nodes.length);
  let total = 0;
  for (const { likelihood, means } of hopeful) {
    const weight = Math.exp(likelihood - highest);
    total += weight;
    for (let id = 0; id < worths.length; id++) worths[id] = (worths[id] ?? 0) + weight * (means[id] ?? 0);
  }
  return Array.from(worths, (worth) => worth / total);
}

function bestOf(fits: readonly WorthFit[]): number {
  return Math.max(...fits.map(({ likelihood }) => likelihood));
}

/** The best fit to a tree for a given heredity and variance of noise. */
class WorthFit {
  /** The logarithm of how likely the scores are. */
  likelihood = -Infinity;
  /** The expected worth of each node. */
  readonly means: Float64Array;
  readonly #tree: SearchTree;
  readonly #heredity: number;
  readonly #noise: number;
  readonly #variances: Float64Array;
  // What the scores at and below a node say of its worth x: exp(linear * x - precision * x * x / 2).
  readonly #precisions: Float64Array;
  readonly #linears: Float64Array;
  /** Of each node: what it has besides what it inherits, one for all of the same maker. */
  readonly #gains: readonly Gain[];
  readonly #fresh = { variance: 0.05 };
  readonly #refined = { variance: 0.01 };

  constructor(tree: SearchTree, heredity: number, noise: number) {
    const { length } = tree.nodes;
    this.#tree = tree;
    this.#heredity = heredity;
    this.#noise = noise;
    this.means = new Float64Array(length);
    this.#variances = new Float64Array(length);
    this.#precisions = new Float64Array(length);
    this.#linears = new Float64Array(length);
    this.#gains = gainsOf(tree, heredity);
    this.#fit();
  }

  improve(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.#maximise();
      this.#fit();
    }
  }

  #fit(): void {
    this.likelihood = this.#upward();
    this.#downward();
  }

  /** Tells each node what lies below it. @returns the logarithm of how likely the scores are */
  #upward(): number {
    const { nodes } = this.#tree;
    const noise = this.#noise;
    const constants = new Float64Array(nodes.length);
    for (const [id, { score }] of nodes.entries()) {
      this.#precisions[id] = 1 / noise;
      this.#linears[id] = score / noise;
      constants[id] = -0.5 * (score ** 2 / noise + Math.log(noise));
    }
    let likelihood = 0;
    // Nodes are younger than their parents: each is seen after all below it.
    for (let id = nodes.length - 1; id >= 0; id--) {
      const parent = this.#tree.parent(id);
      const told = this.#told(id);
      const constant = (constants[id] ?? 0) + told.constant;
      if (parent === root) likelihood += constant;
      else {
        this.#precisions[parent] = (this.#precisions[parent] ?? 0) + told.precision;
        this.#linears[parent] = (this.#linears[parent] ?? 0) + told.linear;
        constants[parent] = (constants[parent] ?? 0) + constant;
      }
    }
    return likelihood;
  }

  /** Tells each node what the rest of the tree says of it. */
  #downward(): void {
    for (const [id, { parent }] of this.#tree.nodes.entries()) {
      let mean = this.#gains[id]?.mean ?? 0;
      let variance = this.#fresh.variance;
      if (parent !== root) {
        const own = this.#told(id);
        const above = this.#variances[parent] ?? 1;
        const precision = 1 / above - own.precision;
        mean += (this.#heredity * ((this.means[parent] ?? 0) / above - own.linear)) / precision;
        variance = this.#refined.variance + this.#heredity ** 2 / precision;
      }
      const precision = 1 / variance + (this.#precisions[id] ?? 0);
      this.means[id] = (mean / variance + (this.#linears[id] ?? 0)) / precision;
      this.#variances[id] = 1 / precision;
    }
  }

  /** Sets gains and their spreads to what makes the expected worths most likely. */
  #maximise(): void {
    const { nodes } = this.#tree;
    const inherited = (parent: number): number => (parent === root ? 0 : this.#heredity * (this.means[parent] ?? 0));
    for (const gain of this.#gains) gain.clear();
    for (const [id, { parent }] of nodes.entries()) this.#gains[id]?.add((this.means[id] ?? 0) - inherited(parent));
    const fresh = { count: 0, squares: 0 };
    const refined = { count: 0, squares: 0 };
    for (const [id, { parent }] of nodes.entries()) {
      const sums = parent === root ? fresh : refined;
      const gain = (this.means[id] ?? 0) - inherited(parent) - (this.#gains[id]?.mean ?? 0);
      let variance = this.#variances[id] ?? 0;
      if (parent !== root) {
        const share = this.#heredity / (1 + (this.#precisions[id] ?? 0) * this.#refined.variance);
        variance += this.#heredity * (this.#heredity - 2 * share) * (this.#variances[parent] ?? 0);
      }
      sums.count++;
      sums.squares += gain ** 2 + variance;
    }
    if (fresh.count > 1) this.#fresh.variance = Math.max(least, fresh.squares / fresh.count);
    if (refined.count > 1) this.#refined.variance = Math.max(least, refined.squares / refined.count);
  }

  /** What a node and all below it say of its parent's worth. */
  #told(id: number): { readonly precision: number; readonly linear: number; readonly constant: number } {
    const isFresh = this.#tree.parent(id) === root;
    const { variance } = isFresh ? this.#fresh : this.#refined;
    const heredity = isFresh ? 0 : this.#heredity;
    const shift = this.#gains[id]?.mean ?? 0;
    const precision = this.#precisions[id] ?? 0;
    const linear = this.#linears[id] ?? 0;
    const blur = 1 + precision * variance;
    return {
      precision: (precision * heredity ** 2) / blur,
      linear: (heredity * (linear - precision * shift)) / blur,
      constant: (linear * shift + (linear ** 2 * variance - precision * shift ** 2) / 2) / blur - Math.log(blur) / 2,
    };
  }
}

/** The mean of what answers have besides what they inherit. */
class Gain {
  mean = 0;
  #count = 0;

  clear(): void {
    this.#count = 0;
    this.mean = 0;
  }

  add(value: number): void {
    this.#count++;
    this.mean += (value - this.mean) / this.#count;
  }
}

/** For each node the gain that it shares with the fresh answers, or the refinements, of the same generator. */
function gainsOf(tree: SearchTree, heredity: number): Gain[] {
  const known = new Map<string, Gain>();
  return tree.nodes.map(({ parent, generator, score }) => {
    const key = `${parent === root} ${generator}`;
    const gain = known.get(key) ?? new Gain();
    known.set(key, gain);
    gain.add(parent === root ? score : score - heredity * tree.score(parent));
    return gain;
  });
}
