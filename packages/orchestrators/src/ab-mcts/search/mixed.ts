import { highest } from './generator-choice.js';
import { MixedModel, MixedModelGrid } from './mixed-model.js';
import type { Sampler } from './sampler.js';
import type { Expansion, PolicyView, SearchPolicy } from './search-policy.js';
import { root, type SearchTree } from './search-tree.js';

/** The arm of one more answer: no group has this number. */
const gen = -1;

/**
 * AB-MCTS-M: at each node one more answer competes with the children by a draw of the score that each would bring, from a
 * mixed model over the scores below each child. Generators are groups of such a model too.
 *
 * A child that keeps bringing the same scores (four or more, three quarters of them equal to two decimals) is passed over
 * for the best of the others.
 *
 * Source: arXiv:2503.04412, section 3.3, and https://github.com/SakanaAI/treequest 0.2.0 (read 2026-11-23).
 */
export function mixedPolicy({ sampler }: { readonly sampler: Sampler }): SearchPolicy {
  const grid = new MixedModelGrid();
  const models = new Map<number, MixedModel>();
  const repeats = new Map<number, Repeats>();
  const generators = new MixedModel(grid);
  const numbers = new Map<string, number>();
  const modelOf = (id: number): MixedModel => {
    const known = models.get(id) ?? new MixedModel(grid);
    models.set(id, known);
    return known;
  };
  const numberOf = (generator: string): number => {
    const known = numbers.get(generator) ?? numbers.size;
    numbers.set(generator, known);
    return known;
  };

  function chooseGenerator(names: readonly string[]): string {
    const [only = ''] = names;
    if (names.length === 1) return only;
    return highest(names, (name) => generators.draw(numberOf(name), sampler));
  }

  function choose({ tree, generators: names }: PolicyView): Expansion {
    for (let parent = root; ;) {
      const children = tree.children(parent);
      const next = children.length === 0 ? gen : chooseArm(modelOf(parent), children);
      if (next === gen) return { parent, generator: chooseGenerator(names) };
      parent = next;
    }
  }

  function chooseArm(model: MixedModel, children: readonly number[]): number {
    const draws = new Map([gen, ...children].map((arm) => [arm, model.draw(arm, sampler)]));
    const drawOf = (arm: number): number => draws.get(arm) ?? 0;
    const first = highest([...draws.keys()], drawOf);
    if (first === gen || repeats.get(first)?.isStuck !== true) return first;
    const others = children.filter((child) => repeats.get(child)?.isStuck !== true);
    return others.length === 0 ? gen : highest(others, drawOf);
  }

  function added(tree: SearchTree, id: number): void {
    const { parent, generator, score } = tree.node(id) ?? { parent: root, generator: '', score: 0 };
    generators.add(numberOf(generator), score);
    repeats.set(id, new Repeats());
    for (const at of [id, ...tree.lineage(parent)]) {
      modelOf(tree.parent(at)).add(at, score);
      repeats.get(at)?.add(score);
    }
  }
  return { choose, added };
}

/** How often the same score came. */
class Repeats {
  readonly #counts = new Map<number, number>();
  #all = 0;
  #most = 0;

  add(score: number): void {
    const rounded = Math.round(score * 100);
    const count = (this.#counts.get(rounded) ?? 0) + 1;
    this.#counts.set(rounded, count);
    this.#all++;
    this.#most = Math.max(this.#most, count);
  }

  get isStuck(): boolean {
    return this.#all >= 4 && this.#most >= 0.75 * this.#all;
  }
}
