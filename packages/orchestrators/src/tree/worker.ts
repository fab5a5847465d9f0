import { invalidOptions, type Orchestrator, type Provider } from '@tako/core';

import { SingleAgent } from '../single-agent/single-agent.js';
import type { RequestDefaults } from '../turn/turn-options.js';

/** Who can be given work: a model, or anything that runs (an agent with tools, another conductor). */
export type Worker = Provider | Orchestrator;

/**
 * A worker as something that runs. `defaults` go to models only: a run has its own. A model has no tools but the caller's, for
 * which it waits as often as it calls them.
 */
export function asOrchestrator(worker: Worker, defaults: RequestDefaults = {}): Orchestrator {
  return 'run' in worker ? worker : new SingleAgent({ ...defaults, provider: worker, maxSteps: Infinity });
}

/** @throws `invalid` for what is neither: from JavaScript, or from a map that lacks it. */
export function checkWorker(worker: unknown, where: string): void {
  if (typeof worker === 'object' && worker !== null && ('run' in worker || 'stream' in worker)) return;
  throw invalidOptions(where, 'a worker is a provider or an orchestrator');
}

/** @throws `invalid` for what cannot score an answer: from JavaScript, where it is easily forgotten. */
export function checkVerifier(verifier: unknown, where: string): void {
  if (typeof verifier === 'object' && verifier !== null && 'verify' in verifier) return;
  throw invalidOptions(where, 'pass a verifier: llmJudge of @tako/orchestrators/verifiers, or an object with verify');
}
