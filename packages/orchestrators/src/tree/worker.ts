import { invalidOptions, type Orchestrator, type Provider } from '@tako/core';

import { SingleAgent } from '../single-agent/single-agent.js';
import type { RequestDefaults } from '../turn/turn-options.js';

/** Who can be given work: a model, or anything that runs (an agent with tools, another conductor). */
export type Worker = Provider | Orchestrator;

/** A worker as something that runs. `defaults` go to models only: a run has its own. */
export function asOrchestrator(worker: Worker, defaults: RequestDefaults = {}): Orchestrator {
  return 'run' in worker ? worker : new SingleAgent({ ...defaults, provider: worker, maxSteps: 1 });
}

/** @throws `invalid` for what is neither: from JavaScript, or from a map that lacks it. */
export function checkWorker(worker: unknown, where: string): void {
  if (typeof worker === 'object' && worker !== null && ('run' in worker || 'stream' in worker)) return;
  throw invalidOptions(where, 'a worker is a provider or an orchestrator');
}
