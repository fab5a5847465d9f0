import type { Clock, Guard, Verdict } from '@tako/core';

import type { Limits } from '../tree/limits.js';
import type { Worker } from '../tree/worker.js';

/** What is known when a revision is asked for. */
export interface Revision {
  /** The draft that was not good enough. */
  readonly draft: string;
  readonly verdict: Verdict;
  /** Drafts so far. */
  readonly depth: number;
}

/** What `new SelfCaller` takes. */
export interface SelfCallerOptions {
  /** Who drafts and revises: any orchestrator, or a bare model. */
  readonly inner: Worker;
  /** Scores each draft; its score is the confidence that the draft is right. */
  readonly guard: Guard;
  /** A draft with this score is the answer, 0 to 1. @defaultValue 0.7 */
  readonly minConfidence?: number | undefined;
  /**
   * Revisions at most. Inside of another `SelfCaller` it is at most what that one has left, so that nesting does not
   * multiply. @defaultValue 3
   */
  readonly maxDepth?: number | undefined;
  /** Ends the run when so many revisions in a row brought no better score. @defaultValue 2 */
  readonly patience?: number | undefined;
  /** What the inner one is told after a draft. @defaultValue words that quote score and feedback and ask for a whole new answer */
  readonly revise?: ((revision: Revision) => string) | undefined;
  /** What all runs inside may use together. @defaultValue none but `maxDepth` 8 */
  readonly limits?: Limits | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
