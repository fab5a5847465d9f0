import type { Orchestrator, Provider, ToolSource, Verifier } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts } from '@tako/orchestrators/ab-mcts';
import { Conductor, type DescribedWorker } from '@tako/orchestrators/conductor';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { Trinity } from '@tako/orchestrators/trinity';
import { llmJudge } from '@tako/orchestrators/verifiers';

import type { GatewayConfig, ModelConfig } from '../config/gateway-config.js';

/** What answers under a model's name. */
export type Target = Provider | Orchestrator;

/** A model, and for a search the one that makes so many answers. */
export interface BuiltModel {
  readonly target: Target;
  readonly withCalls?: ((calls: number) => Target) | undefined;
}

type SearchConfig = Extract<ModelConfig, { type: 'ab_mcts' }>;

/** The models of a config by name. One that is made of others uses the very same ones. */
export function buildModels(
  configs: GatewayConfig['models'],
  providers: ReadonlyMap<string, Provider>,
  mcpServers: ReadonlyMap<string, ToolSource>,
): ReadonlyMap<string, BuiltModel> {
  const built = new Map<string, Target>();
  const provider = (name: string): Provider => there(providers.get(name), name);
  const judge = (config: { readonly provider: string; readonly rubric?: string | undefined }): Verifier =>
    llmJudge({ provider: provider(config.provider), rubric: config.rubric });

  /** A part of a model: a provider's name wins over a model's. */
  const part = (name: string): Target => providers.get(name) ?? model(name);
  const model = (name: string): Target => {
    const known = built.get(name) ?? make(there(configs[name], name));
    built.set(name, known);
    return known;
  };
  const make = (config: ModelConfig): Target => {
    switch (config.type) {
      case 'provider':
        return provider(config.provider);
      case 'single_agent': {
        const { system, maxSteps, mcpServers: names = [] } = config;
        return new SingleAgent({
          provider: provider(config.provider),
          system,
          maxSteps,
          mcpServers: names.map((name) => there(mcpServers.get(name), name)),
        });
      }
      case 'conductor': {
        const { coordinator, maxSteps, maxRounds, limits } = config;
        const workers = Object.entries(config.workers).map(([key, worker]): [string, DescribedWorker] =>
          typeof worker === 'string'
            ? [key, { worker: part(worker) }]
            : [key, { worker: part(worker.use), note: worker.note }],
        );
        return new Conductor({
          coordinator: provider(coordinator),
          workers: Object.fromEntries(workers),
          verifier: config.judge === undefined ? undefined : judge(config.judge),
          maxSteps,
          maxRounds,
          limits,
        });
      }
      case 'trinity': {
        const { maxTurns, limits } = config;
        const agents = Object.entries(config.agents).map(([key, name]): [string, Target] => [key, part(name)]);
        return new Trinity({ agents: Object.fromEntries(agents), maxTurns, limits });
      }
      case 'ab_mcts':
        return search(config);
      case 'self_caller': {
        const { inner, minConfidence, maxDepth, limits } = config;
        return new SelfCaller({ inner: part(inner), guard: judge(config.judge), minConfidence, maxDepth, limits });
      }
      default:
        return config satisfies never;
    }
  };
  const search = (config: SearchConfig, calls?: number): AbMcts => {
    const { maxIterations, parallel, targetScore, limits } = config;
    const generators = Object.entries(config.generators).map(([key, name]): [string, Target] => [key, part(name)]);
    return new AbMcts({
      generators: Object.fromEntries(generators),
      verifier: judge(config.judge),
      maxIterations: calls ?? maxIterations,
      parallel,
      targetScore,
      limits,
    });
  };
  return new Map(
    Object.entries(configs).map(([name, config]): [string, BuiltModel] => {
      const target = model(name);
      if (config.type !== 'ab_mcts') return [name, { target }];
      return [name, { target, withCalls: (calls) => search(config, calls) }];
    }),
  );
}

function there<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`there is no "${name}"`); // the config was checked for that
  return value;
}
