import type { Orchestrator, RunEvent, RunInput, RunOptions, RunResult } from '@tako/core';

import { runToEnd, streamTree } from '../tree/stream-tree.js';
import type { AbMctsOptions } from './ab-mcts-options.js';
import { readOptions, type SearchSettings } from './read-options.js';
import { searchAnswers } from './search-answers.js';

/**
 * Searches for the best answer: it makes answers, lets a verifier score them, and decides each time whether one more fresh
 * answer pays, or a refinement of which (AB-MCTS, arXiv:2503.04412).
 *
 * ```ts
 * const search = new AbMcts({ provider, verifier: testsInProcess({ … }), maxIterations: 32 });
 * const { text, costUsd } = await search.run('Write a function that …');
 * ```
 *
 * Each answer is a branch: `step` is how many answers it refines, `branch` its number; a `verifier_score` follows. Only the
 * answer that is chosen at the end is told as text. `stopReason` is `final` where an answer reached `targetScore`, or all
 * iterations were used and none was set; `max_steps` where one was set and not reached; `guard` where the verifier failed
 * three times in a row, or every generator did; `budget` at a limit. What failed was paid for, and the search went on.
 *
 * `readSearchTree(result)` gives the tree.
 */
export class AbMcts<Output = unknown> implements Orchestrator<Output> {
  readonly contract = 1;
  readonly kind: string = 'ab_mcts';
  /** What it was made of, defaults filled in: for `dryRun`. Its form may change in any release. */
  readonly options: object;
  readonly #settings: SearchSettings;
  readonly #checkpoint: AbMctsOptions['checkpoint'];

  /** @throws `invalid` for options that cannot work; no I/O is done. */
  constructor(options: AbMctsOptions) {
    this.#settings = readOptions(options);
    this.options = this.#settings;
    this.#checkpoint = options.checkpoint;
  }

  /** See `Orchestrator.stream`. */
  stream(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent<Output>, void, undefined> {
    const { limits, clock } = this.#settings;
    const checkpoint = this.#checkpoint;
    const { onState } = options;
    const saving: RunOptions =
      checkpoint === undefined
        ? options
        : {
            ...options,
            onState: async (state) => {
              await checkpoint(state);
              await onState?.(state);
            },
          };
    return streamTree({ kind: this.kind, limits, clock }, input, saving, (run) => searchAnswers(run, this.#settings));
  }

  /** See `Orchestrator.run`. */
  run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>> {
    return runToEnd(this, input, options);
  }
}
