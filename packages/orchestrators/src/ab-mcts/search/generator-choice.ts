import { freshBeliefs, type BeliefParams, type Beliefs } from './belief.js';
import type { Sampler } from './sampler.js';

/** How one of several generators is chosen once the place is: by a draw of what each has brought anywhere, or by UCB. */
export type GeneratorChoice = 'thompson' | 'ucb';

/** What is known of each generator from all the answers that it made anywhere in the tree. */
export class GeneratorRecord {
  readonly #beliefs: Beliefs;
  readonly #known = new Map<string, { readonly way: number; count: number; sum: number }>();

  constructor(prior: BeliefParams) {
    this.#beliefs = freshBeliefs(prior);
  }

  add(generator: string, score: number): void {
    const known = this.#known.get(generator) ?? { way: this.#known.size, count: 0, sum: 0 };
    this.#known.set(generator, known);
    known.count++;
    known.sum += score;
    this.#beliefs.add(known.way, score);
  }

  /** One generator needs no choice, and no draw. */
  choose(generators: readonly string[], how: GeneratorChoice, sampler: Sampler): string {
    const [only = ''] = generators;
    if (generators.length === 1) return only;
    if (how === 'ucb') return highest(generators, (generator) => this.#upperBound(generator, generators));
    return highest(generators, (generator) =>
      sampler.draw(this.#beliefs.params(this.#known.get(generator)?.way ?? this.#known.size)),
    );
  }

  /** UCB1: https://doi.org/10.1023/A:1013689704352; what was never tried comes first. */
  #upperBound(generator: string, generators: readonly string[]): number {
    const known = this.#known.get(generator);
    if (known === undefined) return Infinity;
    const total = generators.reduce((sum, each) => sum + (this.#known.get(each)?.count ?? 0), 0);
    return known.sum / known.count + Math.SQRT2 * Math.sqrt(Math.log(total) / known.count);
  }
}

/** The item with the highest value, the first of several. Each is valued once, in order. @throws never for a list that has one */
export function highest<T>(items: readonly T[], value: (item: T) => number): T {
  let best: { readonly item: T; readonly value: number } | undefined;
  for (const item of items) {
    const its = value(item);
    if (best === undefined || its > best.value) best = { item, value: its };
  }
  if (best === undefined) throw new RangeError('there is nothing to choose from');
  return best.item;
}
