import type { BeliefParams } from './belief.js';
import { GeneratorRecord, type GeneratorChoice } from './generator-choice.js';
import type { Sampler } from './sampler.js';
import type { SearchPolicy } from './search-policy.js';
import { root } from './search-tree.js';

/** What policies take that leave nothing to decide but the generator. */
export interface SimplePolicyOptions {
  readonly prior: BeliefParams;
  readonly generatorChoice: GeneratorChoice;
  readonly sampler: Sampler;
}

/** Fresh answers only. */
export function bestOfNPolicy(options: SimplePolicyOptions): SearchPolicy {
  return always(() => root, options);
}

/** One fresh answer, then refinements of the best. */
export function refinePolicy(options: SimplePolicyOptions): SearchPolicy {
  return always(({ best }) => best, options);
}

function always(
  place: (tree: { readonly best: number }) => number,
  { prior, generatorChoice, sampler }: SimplePolicyOptions,
): SearchPolicy {
  const record = new GeneratorRecord(prior);
  return {
    choose: ({ tree, generators }) => ({
      parent: place(tree),
      generator: record.choose(generators, generatorChoice, sampler),
    }),
    added(tree, id) {
      const node = tree.node(id);
      if (node !== undefined) record.add(node.generator, node.score);
    },
  };
}
