import type { Clock, Provider, Router, RunState, Verifier } from '@tako/core';

import type { Limits } from '../tree/limits.js';
import type { Worker } from '../tree/worker.js';
import type { FinalChoice } from './search/final-choice.js';
import type { GeneratorChoice } from './search/generator-choice.js';
import type { SearchPolicyName } from './search/tree-search.js';

/** What is known when an answer is to be refined. */
export interface Refinement {
  readonly score: number;
  /** What the verifier said of it. */
  readonly feedback?: string | undefined;
}

/** Who makes answers: one, or several by name; or models that a router chooses from, for each answer. */
export type AbMctsGenerators =
  | {
      readonly provider: Worker;
      readonly generators?: undefined;
      readonly router?: undefined;
      readonly candidates?: undefined;
    }
  | {
      readonly generators: { readonly [name: string]: Worker };
      readonly provider?: undefined;
      readonly router?: undefined;
      readonly candidates?: undefined;
    }
  | {
      /** Chooses for each answer, and is told how good it was. */
      readonly router: Router;
      readonly provider: Provider;
      readonly candidates: readonly Provider[];
      readonly generators?: undefined;
    };

/** What `new AbMcts` takes. */
export type AbMctsOptions = AbMctsGenerators & {
  /** Scores each answer; its feedback goes into the refinement. A search is as good as this. */
  readonly verifier: Verifier;
  /** Answers to make at most. @defaultValue 16 */
  readonly maxIterations?: number | undefined;
  /** Answers that are made at the same time. @defaultValue 4 */
  readonly parallel?: number | undefined;
  /** Of generators that are bare models. @defaultValue 0.7 */
  readonly temperature?: number | undefined;
  /** An answer with this score ends the search, 0 to 1. @defaultValue 1 */
  readonly targetScore?: number | undefined;
  /**
   * Where the next answer is made. `aggregate` and `mixed` are AB-MCTS-A and -M; the others are baselines.
   * @defaultValue `aggregate`
   */
  readonly policy?: SearchPolicyName | undefined;
  /** What `aggregate` believes of scores. @defaultValue `beta` */
  readonly belief?: 'beta' | 'gaussian' | undefined;
  /**
   * With `aggregate` and `mixed`: every so many answers one refines the best so far; 0 for never, as in the papers. It keeps
   * the search from going broad where depth pays. @defaultValue 2
   */
  readonly hedge?: number | undefined;
  /** How one of several generators is chosen. @defaultValue `thompson`: by what each has brought anywhere in the tree */
  readonly generatorChoice?: GeneratorChoice | 'per_node' | undefined;
  /** Which answer is given at the end. @defaultValue `posterior_mean` */
  readonly select?: FinalChoice | undefined;
  /** The search goes the same way for the same seed and the same scores, however long each answer takes. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** What a generator is told after an answer of its or another's. @defaultValue words that quote score and feedback */
  readonly refine?: ((refinement: Refinement) => string) | undefined;
  /** Longest making of one answer, in milliseconds. @defaultValue 120000 */
  readonly generationTimeoutMs?: number | undefined;
  /** Called with the state after each step, besides the run's own `onState`: save it, and a killed search can be resumed. */
  readonly checkpoint?: ((state: RunState) => void | Promise<void>) | undefined;
  /** What all runs inside may use together. @defaultValue none but `maxDepth` 8 */
  readonly limits?: Limits | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
};
