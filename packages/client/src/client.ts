import type { Budget } from '@tako/budget';
import {
  invalidOptions,
  parseModelId,
  TakoError,
  traceCalls,
  traced,
  withLayers,
  type Orchestrator,
  type Provider,
  type ProviderLayer,
  type ToolSource,
  type Tracer,
} from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { reliable } from '@tako/reliability';

import type { ClientAgentOptions, ClientOptions } from './client-options.js';
import { foundOptions, type NamedOptions } from './named-options.js';

/**
 * One place for what the agents of a program share: providers, budget, reliability, tracing, MCP servers.
 *
 * ```ts
 * await using client = new Client({ vendors: { openai: (model) => openai({ model }) }, budget, mcpServers: [files] });
 * const { text } = await client.singleAgent({ provider: 'openai:gpt-6-luna' }).run('What is in this folder?');
 * ```
 *
 * Every provider that it hands out carries the client's layers. Nothing is global: two clients in one process do not meet.
 */
export class Client {
  readonly #vendors: { readonly [vendor: string]: (model: string) => Provider };
  readonly #given: ReadonlyMap<string, Provider>;
  readonly #layered = new Map<string, Provider>();
  readonly #wrapped = new WeakMap<Provider, Provider>();
  readonly #mcpServers: readonly ToolSource[];
  readonly #layer: ProviderLayer;
  readonly #tracing: Tracer | undefined;
  /** The budget that all calls of this client share, where there is one. */
  readonly budget: Budget | undefined;

  /** @throws `invalid` when two providers share an id; no I/O is done. */
  constructor(options: ClientOptions = {}) {
    const { providers = [], vendors = {}, mcpServers = [], budget, reliability = {}, tracing } = options;
    const given = new Map<string, Provider>();
    for (const provider of providers) {
      if (given.has(provider.id)) throw invalidOptions('Client', `two providers have the id "${provider.id}"`);
      given.set(provider.id, provider);
    }
    this.#given = given;
    this.#vendors = vendors;
    this.#mcpServers = mcpServers;
    this.budget = budget;
    this.#tracing = tracing;
    const layers = [
      ...(tracing === undefined ? [] : [traceCalls(tracing)]),
      reliability === false ? (budget?.layer ?? bare) : reliable({ ...reliability, budget: budget?.layer }),
    ];
    this.#layer = (provider) => withLayers(provider, layers);
  }

  /**
   * The provider with this id, in the client's layers: one that was given, else one that its vendor's function makes. The
   * id is split at the first colon: `ollama:llama3.2-vision:11b` is a model of `ollama`.
   *
   * @throws `not_found` listing what there is.
   */
  provider(id: string): Provider {
    const known = this.#layered.get(id);
    if (known !== undefined) return known;
    const { vendor, model } = parseModelId(id);
    const make = Object.hasOwn(this.#vendors, vendor) && model !== '' ? this.#vendors[vendor] : undefined;
    const provider = this.#given.get(id) ?? make?.(model);
    if (provider === undefined) {
      const ids = [...this.#given.keys(), ...Object.keys(this.#vendors).map((name) => `${name}:<model>`)];
      throw new TakoError('not_found', `there is no provider "${id}"; there is ${ids.join(', ') || 'none at all'}`, {
        source: 'Client',
      });
    }
    const layered = this.#layer(provider);
    this.#layered.set(id, layered);
    return layered;
  }

  /** A `SingleAgent` with the client's layers and the tools of its MCP servers, besides those of the options. */
  singleAgent<Output = unknown>(options: ClientAgentOptions<Output>): Orchestrator<Output> {
    const { provider, candidates = [], mcpServers = [] } = options;
    const agent = new SingleAgent<Output>({
      ...options,
      provider: this.#find(provider),
      candidates: candidates.map((candidate) => this.#find(candidate)),
      mcpServers: [...this.#mcpServers, ...mcpServers],
    });
    return this.traced(agent);
  }

  /** The same orchestrator (a Conductor, a Trinity, …), whose runs this client's tracer hears of, where there is one. */
  traced<Output>(orchestrator: Orchestrator<Output>): Orchestrator<Output> {
    return this.#tracing === undefined ? orchestrator : traced(orchestrator, this.#tracing);
  }

  /**
   * Any orchestrator, by its class, with every model named by its id or given as it is: each gets the client's layers. A
   * worker that is a model offers the tools of the client's MCP servers, as an agent of its own.
   *
   * ```ts
   * const desk = client.orchestrator(Conductor, {
   *   coordinator: 'openai:gpt-6-sol',
   *   workers: { luna: 'openai:gpt-6-luna', opus: 'anthropic:claude-opus-5' },
   * });
   * ```
   *
   * Whoever uses one class bundles that one. Judges are given as they are: `llmJudge({ provider: client.provider('…') })`.
   *
   * @throws `not_found` for an id that leads to nobody; what the constructor throws.
   */
  orchestrator<Kind extends new (options: never) => Orchestrator>(
    Class: Kind,
    options: NamedOptions<ConstructorParameters<Kind>[0]>,
  ): InstanceType<Kind> {
    const model = (named: string | Provider): Provider => this.#find(named);
    const worker = (named: string | Provider | Orchestrator): Provider | Orchestrator => {
      if (typeof named === 'object' && 'run' in named) return named;
      return this.#mcpServers.length === 0 ? model(named) : this.singleAgent({ provider: named });
    };
    const found = foundOptions(options, { model, worker });
    const { mcpServers } = found as { readonly mcpServers?: readonly ToolSource[] };
    const shared = 'provider' in found ? { mcpServers: [...this.#mcpServers, ...(mcpServers ?? [])] } : {};
    // Ids have become providers: these are the options that the class takes, and what it makes is an instance of it.
    return new Class({ ...found, ...shared } as never) as InstanceType<Kind>;
  }

  /** Closes the MCP servers. The client can be used again: they connect anew. */
  async close(): Promise<void> {
    await Promise.all(
      this.#mcpServers.map(async (server) => (isClosable(server) ? server[Symbol.asyncDispose]() : undefined)),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #find(provider: string | Provider): Provider {
    if (typeof provider === 'string') return this.provider(provider);
    // Wrapped once: a breaker that is made anew for each agent would never see two failures.
    const known = this.#wrapped.get(provider);
    if (known !== undefined) return known;
    const layered = this.#layer(provider);
    this.#wrapped.set(provider, layered);
    return layered;
  }
}

function bare(provider: Provider): Provider {
  return provider;
}

function isClosable(source: object): source is AsyncDisposable {
  return Symbol.asyncDispose in source;
}
