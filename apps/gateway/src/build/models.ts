import { TakoError, type Orchestrator, type Provider, type ToolSource } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts } from '@tako/orchestrators/ab-mcts';
import { Conductor, type DescribedWorker } from '@tako/orchestrators/conductor';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { Trinity } from '@tako/orchestrators/trinity';
import { cascade, routed, sticky } from '@tako/orchestrators/routers';

import type { GatewayConfig, ModelConfig } from '../config/gateway-config.js';
import { buildRouter } from './routers.js';
import { buildVerifier } from './verifiers.js';

/** What answers under a model's name. */
export type Target = Provider | Orchestrator;

/** A model, and for a search the one that makes so many answers. */
export interface BuiltModel {
  readonly target: Target;
  readonly withCalls?: ((calls: number) => Target) | undefined;
}

/** The most answers that a client may ask of a search that does not say. */
export const defaultMaxCalls = 64;

type SearchConfig = Extract<ModelConfig, { type: 'ab_mcts' }>;

/**
 * The models of a config by name, all or some. One that is made of others uses the very same ones.
 *
 * @throws `invalid` where options contradict each other
 */
export function buildModels(
  configs: GatewayConfig['models'],
  providers: ReadonlyMap<string, Provider>,
  mcpServers: ReadonlyMap<string, ToolSource>,
  wanted: readonly string[] = Object.keys(configs),
): ReadonlyMap<string, BuiltModel> {
  const built = new Map<string, Target>();
  /** A provider, or a model that is one: a router, a cascade. */
  const provider = (name: string): Provider => {
    const found = part(name);
    if ('kind' in found) throw new Error(`"${name}" is an agent, and here a provider is needed`); // the config was checked for that
    return found;
  };

  /** A part of a model: a provider's name wins over a model's. */
  const part = (name: string): Target => providers.get(name) ?? model(name);
  const model = (name: string): Target => {
    const known = built.get(name) ?? make(name, there(configs[name], name));
    built.set(name, known);
    return known;
  };
  const make = (name: string, config: ModelConfig): Target => {
    switch (config.type) {
      case 'provider':
        return provider(config.provider);
      case 'router': {
        const { router, sticky: isSticky = false } = config;
        const chooses = buildRouter(router, provider);
        return routed({
          router: isSticky ? sticky({ router: chooses }) : chooses,
          candidates: router.candidates.map(provider),
          id: `router:${name}`,
        });
      }
      case 'cascade':
        return cascade({
          steps: config.steps.map(({ provider: step, minScore }) => ({ provider: provider(step), minScore })),
          verifier: buildVerifier(config.verifier, provider),
          id: `cascade:${name}`,
        });
      case 'single_agent': {
        const { type: _, description: _1, roles: _2, router, mcpServers: names = [], ...options } = config;
        return new SingleAgent({
          ...options,
          provider: provider(config.provider),
          router: router && buildRouter(router, provider),
          candidates: router?.candidates.filter((each) => each !== config.provider).map(provider),
          mcpServers: names.map((each) => there(mcpServers.get(each), each)),
        });
      }
      case 'conductor': {
        const { type: _, description: _1, roles: _2, coordinator, verifier, ...options } = config;
        const workers = Object.entries(config.workers).map(([key, worker]): [string, DescribedWorker] =>
          typeof worker === 'string'
            ? [key, { worker: part(worker) }]
            : [key, { worker: part(worker.use), note: worker.note }],
        );
        return new Conductor({
          ...options,
          coordinator: provider(coordinator),
          workers: Object.fromEntries(workers),
          verifier: verifier && buildVerifier(verifier, provider),
        });
      }
      case 'trinity': {
        const { maxTurns, turnTimeoutMs, limits } = config;
        const agents = Object.entries(config.agents).map(([key, agent]): [string, Target] => [key, part(agent)]);
        return new Trinity({ agents: Object.fromEntries(agents), maxTurns, turnTimeoutMs, limits });
      }
      case 'ab_mcts':
        return search(config);
      case 'self_caller': {
        const { type: _, description: _1, roles: _2, inner, verifier, ...options } = config;
        return new SelfCaller({ ...options, inner: part(inner), guard: buildVerifier(verifier, provider) });
      }
      default:
        return config satisfies never;
    }
  };
  const search = (config: SearchConfig, calls?: number): AbMcts => {
    const { type: _, description: _1, roles: _2, maxCalls: _3, verifier, ...options } = config;
    const generators = Object.entries(config.generators).map(([key, name]): [string, Target] => [key, part(name)]);
    return new AbMcts({
      ...options,
      generators: Object.fromEntries(generators),
      verifier: buildVerifier(verifier, provider),
      maxIterations: calls ?? config.maxIterations,
    });
  };
  return new Map(
    wanted.map((name): [string, BuiltModel] => {
      const config = there(configs[name], name);
      const target = model(name);
      if (config.type !== 'ab_mcts') return [name, { target }];
      return [name, { target, withCalls: (calls) => search(config, within(calls, config)) }];
    }),
  );
}

/** @throws `invalid` for more answers than this search may be asked for: the server's own cap is that of the largest */
function within(calls: number, { maxCalls = defaultMaxCalls }: SearchConfig): number {
  if (calls >= 1 && calls <= maxCalls) return calls;
  const details = { param: 'model' };
  throw new TakoError('invalid', `The option calls of the model may be 1 to ${maxCalls} here.`, { details });
}

function there<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`there is no "${name}"`); // the config was checked for that
  return value;
}
