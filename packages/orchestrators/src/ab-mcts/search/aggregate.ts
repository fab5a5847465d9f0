import { freshBeliefs, type BeliefParams, type BetaParams } from './belief.js';
import { GeneratorRecord, highest, type GeneratorChoice } from './generator-choice.js';
import { SeededSampler, type Sampler } from './sampler.js';
import type { Expansion, PolicyView, SearchPolicy } from './search-policy.js';
import { root, type SearchTree } from './search-tree.js';
import { WideArms } from './wide-arms.js';

/** Children from which on not every one is drawn from: below it that is as fast. */
const manyChildren = 12;

/** What `aggregatePolicy` takes. */
export interface AggregateOptions {
  readonly prior: BeliefParams;
  /** `per_node`: each node believes something of each generator, and chooses it before the place. */
  readonly generatorChoice: GeneratorChoice | 'per_node';
  readonly sampler: Sampler;
}

/**
 * AB-MCTS-A: at each node a draw decides between one more answer here (GEN) and going on below (CONT), another one below
 * which child. A score is evidence for the GEN that made it, and for every child and CONT that it lies below.
 *
 * A node with many children costs no more than one with a few, as long as the sampler is our own: recorded draws are asked for
 * one by one, of each child.
 *
 * Source: arXiv:2503.04412, section 3.4, and https://github.com/SakanaAI/treequest 0.2.0 (read 2026-11-23).
 */
export function aggregatePolicy({ prior, generatorChoice, sampler }: AggregateOptions): SearchPolicy {
  const everywhere = new GeneratorRecord(prior);
  const isPerNode = generatorChoice === 'per_node';
  const ways = new Ways(isPerNode);
  // What is believed at a node: one set for all generators, or one for each.
  const gens = freshBeliefs(prior);
  const conts = freshBeliefs(prior);
  const makers = freshBeliefs(prior);
  /** What is believed of a node by the one above it. */
  const children = freshBeliefs(prior);
  const wide = new Map<number, WideArms>();
  const canBeWide = 'a' in prior && !isPerNode && sampler instanceof SeededSampler;

  function choose({ tree, generators }: PolicyView): Expansion {
    for (let parent = root; ;) {
      const first = isPerNode
        ? highest(generators, (generator) => sampler.draw(makers.params(ways.of(parent, generator))))
        : undefined;
      const way = ways.of(parent, first ?? '');
      const gen = sampler.draw(gens.params(way));
      const cont = sampler.draw(conts.params(way));
      const all = tree.children(parent);
      const below = isPerNode ? all.filter((id) => tree.node(id)?.generator === first) : all;
      // A leaf draws too, though there is nothing to go on to.
      if (below.length === 0 || gen >= cont) {
        const how = isPerNode ? 'thompson' : generatorChoice;
        return { parent, generator: first ?? everywhere.choose(generators, how, sampler) };
      }
      const arms = wide.get(parent);
      parent = arms?.choose(sampler) ?? highest(below, (child) => sampler.draw(children.params(child)));
    }
  }

  function added(tree: SearchTree, id: number): void {
    const { parent, generator, score } = tree.node(id) ?? { parent: root, generator: '', score: 0 };
    everywhere.add(generator, score);
    children.add(id, score);
    const way = ways.of(parent, generator);
    gens.add(way, score);
    makers.add(way, score);
    for (let at = parent; at !== root;) {
      const above = tree.parent(at);
      children.add(at, score);
      const its = ways.of(above, tree.node(at)?.generator ?? '');
      conts.add(its, score);
      makers.add(its, score);
      wide.get(above)?.update(at);
      at = above;
    }
    widen(tree, parent, id);
  }

  /** There is one more child. */
  function widen(tree: SearchTree, parent: number, child: number): void {
    const siblings = tree.children(parent);
    if (!canBeWide || siblings.length < manyChildren) return;
    const arms = wide.get(parent);
    if (arms !== undefined) arms.update(child);
    else wide.set(parent, new WideArms(siblings, (id) => children.params(id) as BetaParams)); // as the prior is
  }
  return { choose, added };
}

/** Numbers for what is believed at a node of its ways on; of each generator there, where it is asked for. */
class Ways {
  readonly #byGenerator: Map<string, number> | undefined;

  constructor(isPerNode: boolean) {
    this.#byGenerator = isPerNode ? new Map() : undefined;
  }

  of(id: number, generator: string): number {
    if (this.#byGenerator === undefined) return id + 1; // the root is -1
    const key = `${id} ${generator}`;
    const known = this.#byGenerator.get(key) ?? this.#byGenerator.size;
    this.#byGenerator.set(key, known);
    return known;
  }
}
