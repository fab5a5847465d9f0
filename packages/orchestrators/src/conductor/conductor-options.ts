import type { Clock, Provider, Verifier } from '@tako/core';

import type { Limits } from '../tree/limits.js';
import type { Worker } from '../tree/worker.js';
import type { Join } from './run-steps.js';

/** A worker with what the coordinator shall know of it. */
export interface DescribedWorker {
  readonly worker: Worker;
  /** What it is good for or has at hand, in words. */
  readonly note?: string | undefined;
  /** Measured share of right answers, 0 to 1, by topic. The mean decides who answers where no plan can be had. */
  readonly skills?: { readonly [topic: string]: number } | undefined;
}

/** What `new Conductor` takes. */
export interface ConductorOptions {
  /** The model that writes the plans. */
  readonly coordinator: Provider;
  /** Who does the work, by name: bare models, or anything that runs (agents with tools, another conductor). */
  readonly workers: { readonly [name: string]: Worker | DescribedWorker };
  /** Steps of a plan at most. @defaultValue 6 */
  readonly maxSteps?: number | undefined;
  /** Steps that run at the same time. @defaultValue 4 */
  readonly maxFanout?: number | undefined;
  /** Longest step, in milliseconds. @defaultValue 120000 */
  readonly workerTimeoutMs?: number | undefined;
  /** Whether the first step that fails stops the others and fails the run. Else those that read it are told. @defaultValue false */
  readonly failFast?: boolean | undefined;
  /** When a step may start, and whose result is the answer. @defaultValue `all` */
  readonly join?: Join | undefined;
  /** Scores the answers. Without one there is one round. */
  readonly verifier?: Verifier | undefined;
  /** An answer with this score ends the run, 0 to 1. @defaultValue 0.7 */
  readonly minScore?: number | undefined;
  /** Plans at most: after an answer that is not good enough the coordinator sees it, with the feedback. @defaultValue 2 */
  readonly maxRounds?: number | undefined;
  /** How often a plan that cannot be read may be repaired; each is a model call. @defaultValue 2 */
  readonly maxPlanRepairs?: number | undefined;
  /** Whether the coordinator knows workers by number alone, so that names carry no prejudice. @defaultValue true */
  readonly isAnonymous?: boolean | undefined;
  /** Worked examples in the coordinator's prompt; '' for none. @defaultValue four */
  readonly examples?: string | undefined;
  /** What all runs inside may use together. @defaultValue none but `maxDepth` 8 */
  readonly limits?: Limits | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
