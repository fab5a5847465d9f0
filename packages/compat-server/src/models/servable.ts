import type { Orchestrator, Provider } from '@tako/core';

/** The options in a model's id: `tako/ab-mcts?calls=32` has `{ calls: 32 }`. */
export type ModelOptions = { readonly [name: string]: number };

/** Makes what answers, of the options in the model's id. It is called for each request: it must be cheap. */
export type ModelFunction = (options: ModelOptions) => Orchestrator | Provider;

/** What can answer as a model. */
export type Servable = Orchestrator | Provider | ModelFunction;

/** What a server serves: one thing, or several by model id. */
export type ServeTarget =
  | Orchestrator
  | Provider
  | ReadonlyMap<string, Servable>
  | { readonly [model: string]: Servable };

/** Whether a thing is a provider, of any copy of core. */
export function isProvider(value: unknown): value is Provider {
  return hasContract(value) && 'id' in value && typeof value.id === 'string' && 'stream' in value;
}

/** Whether a thing is an orchestrator, of any copy of core. */
export function isOrchestrator(value: unknown): value is Orchestrator {
  return hasContract(value) && 'kind' in value && typeof value.kind === 'string' && 'stream' in value && 'run' in value;
}

function hasContract(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'contract' in value && value.contract === 1;
}
