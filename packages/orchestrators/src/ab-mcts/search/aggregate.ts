import { freshBelief, type Belief, type BeliefParams, type BetaParams } from './belief.js';
import { GeneratorRecord, highest, type GeneratorChoice } from './generator-choice.js';
import { SeededSampler, type Sampler } from './sampler.js';
import type { Expansion, PolicyView, SearchPolicy } from './search-policy.js';
import { root, type SearchTree } from './search-tree.js';
import { WideArms } from './wide-arms.js';

/** Children from which on not every one is drawn from: below it that is as fast. */
const manyChildren = 64;

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
  const nodes = new Map<number | string, NodeBeliefs>();
  const isPerNode = generatorChoice === 'per_node';
  /** The beliefs at a node: one set for all generators, or one for each. */
  const at = (id: number, generator: string): NodeBeliefs => {
    const key = isPerNode ? `${id} ${generator}` : id;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const fresh = new NodeBeliefs(prior);
    nodes.set(key, fresh);
    return fresh;
  };

  const wide = new Map<number, WideArms>();
  const canBeWide = 'a' in prior && !isPerNode && sampler instanceof SeededSampler;
  /** What is believed of a child has changed. */
  function changed(tree: SearchTree, parent: number, child: number): void {
    const children = tree.children(parent);
    if (!canBeWide || children.length < manyChildren) return;
    const known = wide.get(parent);
    const arms = known ?? new WideArms();
    wide.set(parent, arms);
    for (const id of known === undefined ? children : [child]) {
      const belief = at(parent, '').child(id);
      arms.update(id, () => belief.params as BetaParams); // as the prior is
    }
  }

  function choose({ tree, generators }: PolicyView): Expansion {
    for (let parent = root; ;) {
      const first = isPerNode
        ? highest(generators, (generator) => sampler.draw(at(parent, generator).all.params))
        : undefined;
      const beliefs = at(parent, first ?? '');
      const gen = sampler.draw(beliefs.gen.params);
      const cont = sampler.draw(beliefs.cont.params);
      const children = tree.children(parent);
      const below = isPerNode ? children.filter((id) => tree.node(id)?.generator === first) : children;
      // A leaf draws too, though there is nothing to go on to.
      if (below.length === 0 || gen >= cont) {
        const how = isPerNode ? 'thompson' : generatorChoice;
        return { parent, generator: first ?? everywhere.choose(generators, how, sampler) };
      }
      const arms = wide.get(parent);
      parent = arms?.choose(sampler) ?? highest(below, (child) => sampler.draw(beliefs.child(child).params));
    }
  }

  function added(tree: SearchTree, id: number): void {
    const { parent, generator, score } = tree.node(id) ?? { parent: root, generator: '', score: 0 };
    everywhere.add(generator, score);
    const beliefs = at(parent, generator);
    beliefs.child(id).add(score);
    beliefs.gen.add(score);
    beliefs.all.add(score);
    changed(tree, parent, id);
    for (const above of tree.lineage(parent)) {
      const its = at(tree.parent(above), tree.node(above)?.generator ?? '');
      its.child(above).add(score);
      its.cont.add(score);
      its.all.add(score);
      changed(tree, tree.parent(above), above);
    }
  }
  return { choose, added };
}

/** What is believed at a node of its ways on. */
class NodeBeliefs {
  readonly gen: Belief;
  readonly cont: Belief;
  readonly all: Belief;
  readonly #prior: BeliefParams;
  readonly #children = new Map<number, Belief>();

  constructor(prior: BeliefParams) {
    this.#prior = prior;
    this.gen = freshBelief(prior);
    this.cont = freshBelief(prior);
    this.all = freshBelief(prior);
  }

  child(id: number): Belief {
    const known = this.#children.get(id);
    if (known !== undefined) return known;
    const fresh = freshBelief(this.#prior);
    this.#children.set(id, fresh);
    return fresh;
  }
}
