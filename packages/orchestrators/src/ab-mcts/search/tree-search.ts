import { invalidOptions, type JsonValue } from '@tako/core';

import { aggregatePolicy } from './aggregate.js';
import { defaultPriors, type BeliefParams } from './belief.js';
import { finalChoice, type FinalChoice } from './final-choice.js';
import { GeneratorRecord, type GeneratorChoice } from './generator-choice.js';
import { mixedPolicy } from './mixed.js';
import { bestFirstPlanner, mctsPlanner, treeOfThoughtsPlanner } from './planners.js';
import { queuePolicy } from './queue-policy.js';
import { SeededSampler, type Sampler } from './sampler.js';
import type { Expansion, SearchPolicy } from './search-policy.js';
import { root, SearchTree, type SearchNode } from './search-tree.js';
import { bestOfNPolicy, refinePolicy } from './simple-policies.js';

/** How a search decides where to go on. */
export type SearchPolicyName =
  | 'aggregate'
  | 'mixed'
  | 'best_of_n'
  | 'refine'
  | 'mcts'
  | 'best_first'
  | 'tree_of_thoughts';

/** What `new TreeSearch` takes. */
export interface TreeSearchOptions {
  /** Names of those who make answers, at least one. */
  readonly generators: readonly string[];
  /** @defaultValue `aggregate` */
  readonly policy?: SearchPolicyName | undefined;
  /** What is believed of scores, where the policy has beliefs. @defaultValue `beta` */
  readonly belief?: 'beta' | 'gaussian' | undefined;
  /** In place of the belief's usual prior. */
  readonly prior?: BeliefParams | undefined;
  /**
   * With `aggregate` and `mixed`: every so many trials one refines the best answer so far, wherever the beliefs would go; 0
   * for never, as in the papers. @defaultValue 2
   */
  readonly hedge?: number | undefined;
  /** How a generator is chosen, by policies that leave it open. @defaultValue `thompson` */
  readonly generatorChoice?: GeneratorChoice | 'per_node' | undefined;
  /** Failures in a row after which a generator is not asked any more; `Infinity` for never. @defaultValue 3 */
  readonly benchAfter?: number | undefined;
  /**
   * Answers of each generator for a place that is expanded; of all of them together with `tree_of_thoughts`.
   * @defaultValue 2, with `tree_of_thoughts` 5
   */
  readonly samples?: number | undefined;
  /** Weight of what is little known, with `mcts`. @defaultValue the square root of 2 */
  readonly exploration?: number | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
  /** In place of one made of the seed: recorded draws, for instance. A state then says nothing of it. */
  readonly sampler?: Sampler | undefined;
}

/** An answer that is to be made. */
export interface Trial extends Expansion {
  /** From 0 on, in the order of asking. */
  readonly id: number;
}

/** How a trial ended: with a score, without an answer, or with one that could not be judged, which is not its maker's fault. */
export type TrialOutcome = { readonly score: number } | { readonly failed: true } | { readonly unjudged: true };

/** A search as plain JSON. */
export interface SearchState {
  /** The version of this shape. */
  readonly version: 1;
  readonly nodes: readonly SearchNode[];
  readonly running: readonly Trial[];
  readonly asked: number;
  /** State of the sampler; absent where one was passed in. */
  readonly random?: number | undefined;
  /** Failures in a row, by generator. */
  readonly failures: { readonly [generator: string]: number };
  readonly policy?: JsonValue | undefined;
}

/**
 * A search over answers, without any I/O: `ask` says which answers to make, `tell` takes in how good they were, in any order.
 * From the same seed, asked and told the same, it goes the same way. A step costs time by the depth of the tree.
 */
export class TreeSearch {
  readonly tree: SearchTree = new SearchTree();
  readonly #generators: readonly string[];
  readonly #hedge: number;
  readonly #benchAfter: number;
  readonly #policy: SearchPolicy;
  readonly #record: GeneratorRecord;
  readonly #sampler: Sampler;
  readonly #running = new Map<number, Trial>();
  readonly #failures = new Map<string, number>();
  #asked = 0;

  /**
   * @param state what `toJSON` gave: the search goes on there
   * @throws `invalid` for options that cannot work, or a state that is none of theirs
   */
  constructor(options: TreeSearchOptions, state?: SearchState) {
    const { generators, policy = 'aggregate', belief = 'beta', hedge = 2, benchAfter = 3, seed = 1 } = options;
    const { prior = defaultPriors[belief], generatorChoice = 'thompson', samples, exploration } = options;
    if (generators.length === 0) throw invalidOptions('TreeSearch', 'there must be at least one generator');
    if (!(Number.isInteger(hedge) && hedge >= 0))
      throw invalidOptions('TreeSearch', `hedge must be 0, 1, 2 …, got ${hedge}`);
    if (state !== undefined && state.version !== 1) throw invalidOptions('TreeSearch', 'the state has another version');
    this.#generators = [...generators];
    this.#hedge = policy === 'aggregate' || policy === 'mixed' ? hedge : 0;
    this.#benchAfter = benchAfter;
    this.#sampler = options.sampler ?? new SeededSampler(state?.random ?? seed);
    this.#record = new GeneratorRecord(prior);
    if (samples !== undefined && !(Number.isInteger(samples) && samples >= 1))
      throw invalidOptions('TreeSearch', `samples must be 1, 2, 3 …, got ${samples}`);
    const sampler = this.#sampler;
    const saved = state?.policy;
    this.#policy = makePolicy(policy, { prior, generatorChoice, samples, exploration, sampler, saved });
    if (state !== undefined) this.#restore(state);
  }

  /** Who can still be asked. */
  get active(): readonly string[] {
    return this.#generators.filter((name) => (this.#failures.get(name) ?? 0) < this.#benchAfter);
  }

  /** Trials asked for so far. */
  get asked(): number {
    return this.#asked;
  }

  /** The next answers to make; none where every generator has failed too often. */
  ask(count = 1): readonly Trial[] {
    const trials: Trial[] = [];
    for (let at = 0; at < count; at++) {
      const generators = this.active;
      if (generators.length === 0) break;
      const id = this.#asked++;
      const isHedge = this.#hedge > 0 && (id + 1) % this.#hedge === 0 && this.tree.nodes.length > 0;
      const expansion = isHedge
        ? { parent: this.tree.best, generator: this.#record.choose(generators, 'thompson', this.#sampler) }
        : this.#policy.choose({ tree: this.tree, generators, running: [...this.#running.values()] });
      const trial = { id, ...expansion };
      this.#running.set(id, trial);
      trials.push(trial);
    }
    return trials;
  }

  /**
   * Takes in how a trial ended. A score that is no number from 0 to 1 is none: the trial counts as not judged. A trial that
   * is not running (told before, or never asked) changes nothing.
   *
   * @returns the number of the new node; `undefined` where there is none
   */
  tell(id: number, outcome: TrialOutcome): number | undefined {
    const trial = this.#running.get(id);
    if (trial === undefined) return undefined;
    this.#running.delete(id);
    const { parent, generator } = trial;
    if ('failed' in outcome) {
      this.#failures.set(generator, (this.#failures.get(generator) ?? 0) + 1);
      return undefined;
    }
    this.#failures.delete(generator);
    if ('unjudged' in outcome || !(outcome.score >= 0 && outcome.score <= 1)) return undefined;
    return this.#add({ parent, generator, score: outcome.score, trial: id });
  }

  /** The number of the answer to give; -1 where there is none. */
  best(choice: FinalChoice = 'posterior_mean'): number {
    return finalChoice(this.tree, choice);
  }

  toJSON(): SearchState {
    return {
      version: 1,
      nodes: this.tree.nodes.map((node) => ({ ...node })),
      running: [...this.#running.values()],
      asked: this.#asked,
      random: this.#sampler instanceof SeededSampler ? this.#sampler.state : undefined,
      failures: Object.fromEntries(this.#failures),
      policy: this.#policy.state?.(),
    };
  }

  #add(node: SearchNode): number {
    const id = this.tree.add(node);
    this.#record.add(node.generator, node.score);
    this.#policy.added(this.tree, id);
    return id;
  }

  #restore({ nodes, running, asked, failures }: SearchState): void {
    const check = ({ parent, generator }: Expansion, before: number): void => {
      const isNode = Number.isInteger(parent) && parent >= root && parent < before;
      if (!isNode) throw invalidOptions('TreeSearch', 'the state is no tree');
      if (!this.#generators.includes(generator)) {
        throw invalidOptions(
          'TreeSearch',
          `the state has a generator "${generator}"; there is ${this.#generators.join(', ')}`,
        );
      }
    };
    for (const [at, { parent, generator, score, trial }] of nodes.entries()) {
      check({ parent, generator }, at);
      if (!Number.isFinite(score) || score < 0 || score > 1)
        throw invalidOptions('TreeSearch', `the state has the score ${score}`);
      this.#add({ parent, generator, score, trial });
    }
    for (const { id, parent, generator } of running) {
      check({ parent, generator }, nodes.length);
      this.#running.set(id, { id, parent, generator });
    }
    for (const [name, count] of Object.entries(failures)) this.#failures.set(name, count);
    this.#asked = asked;
  }
}

interface PolicyParts {
  readonly prior: BeliefParams;
  readonly generatorChoice: GeneratorChoice | 'per_node';
  readonly samples: number | undefined;
  readonly exploration: number | undefined;
  readonly sampler: Sampler;
  readonly saved: JsonValue | undefined;
}

function makePolicy(name: SearchPolicyName, parts: PolicyParts): SearchPolicy {
  const { sampler, saved, prior, samples, exploration } = parts;
  const generatorChoice = parts.generatorChoice === 'per_node' ? 'thompson' : parts.generatorChoice;
  switch (name) {
    case 'aggregate':
      return aggregatePolicy(parts);
    case 'mixed':
      return mixedPolicy({ sampler });
    case 'best_of_n':
      return bestOfNPolicy({ prior, generatorChoice, sampler });
    case 'refine':
      return refinePolicy({ prior, generatorChoice, sampler });
    case 'mcts':
      return queuePolicy(mctsPlanner({ samples, exploration }), saved);
    case 'best_first':
      return queuePolicy(bestFirstPlanner({ samples }), saved);
    case 'tree_of_thoughts':
      return queuePolicy(treeOfThoughtsPlanner({ size: samples }), saved);
    default:
      throw invalidOptions('TreeSearch', `there is no policy "${String(name satisfies never)}"`);
  }
}
