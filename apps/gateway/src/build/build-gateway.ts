import { traceCalls, type Authenticator, type Environment, type Provider, type Tracer } from '@tako/core';
import { Budget } from '@tako/budget';
import type { Servable } from '@tako/compat-server';
import type { CircuitBreakerState } from '@tako/reliability';
import { undiciTransport } from '@tako/transport-undici';

import type { GatewayConfig, ModelConfig } from '../config/gateway-config.js';
import type { RedisState } from '../redis/redis-state.js';
import type { SharedState } from '../serve/shared-state.js';
import type { RunLog } from '../status/run-log.js';
import { buildAuth } from './auth.js';
import { credentials, type Credentials } from './credentials.js';
import { hopIdOf, marked } from './hop.js';
import { buildMcpServers } from './mcp-servers.js';
import { buildModels } from './models.js';
import { observeBudgets } from './observe-budgets.js';
import { buildProviders } from './providers.js';

/** The circuit of a provider. */
export interface BreakerReport {
  readonly state: CircuitBreakerState;
  /** When it came to be so, in milliseconds since 1970; absent where it always was. */
  readonly sinceMs?: number | undefined;
}

/** What a config came to. Dispose of it when nothing of it runs any more. */
export interface BuiltGateway extends AsyncDisposable {
  readonly config: GatewayConfig;
  readonly models: ReadonlyMap<string, Servable>;
  readonly providers: ReadonlyMap<string, Provider>;
  /** Circuits by provider, of those that have one. */
  readonly breakers: ReadonlyMap<string, BreakerReport>;
  readonly auth: Authenticator | undefined;
  readonly budget: Budget | undefined;
  /** What its requests to vendors bear. */
  readonly hopId: string;
  readonly state: SharedState;
}

/** What a gateway has of its surroundings. */
export interface GatewaySurroundings {
  readonly environment: Environment;
  readonly runs: RunLog;
  /** State for where the config names no Redis. */
  readonly memory: SharedState;
  readonly tracer?: Tracer | undefined;
  /** Told of what an operator should know. */
  readonly note: (line: string) => void;
}

/**
 * Makes everything that a config names. Secrets that are needed at once are read: static tokens, keys of JSON Web Tokens, the
 * address of Redis.
 *
 * @throws what is wrong with them; nothing stays open then
 */
export async function buildGateway(config: GatewayConfig, surroundings: GatewaySurroundings): Promise<BuiltGateway> {
  const { environment, memory, note } = surroundings;
  const known = credentials(config.secrets, environment);
  const auth = config.auth === undefined ? undefined : await buildAuth(config.auth, known);
  const shared = config.redis === undefined ? undefined : await openRedis(config.redis, known, note);
  try {
    return await assemble(config, { ...surroundings, known, auth, state: shared ?? memory, closable: shared });
  } catch (error) {
    await shared?.[Symbol.asyncDispose]();
    throw error;
  }
}

async function openRedis(
  config: NonNullable<GatewayConfig['redis']>,
  known: Credentials,
  note: (line: string) => void,
): Promise<RedisState> {
  const { redisState } = await import('../redis/redis-state.js'); // a third of what the gateway would load
  return redisState({ ...config, url: await known.read(config.url, 'redis.url'), note });
}

interface Assembly extends GatewaySurroundings {
  readonly known: Credentials;
  readonly auth: Authenticator | undefined;
  readonly state: SharedState;
  /** What was opened for it. */
  readonly closable: AsyncDisposable | undefined;
}

async function assemble(
  config: GatewayConfig,
  { known, auth, state, closable, ...surroundings }: Assembly,
): Promise<BuiltGateway> {
  const { runs, tracer, note } = surroundings;
  const budget = config.budget === undefined ? undefined : new Budget({ ...config.budget, store: state.budgetStore });
  const transport = undiciTransport();
  const hopId = hopIdOf(config);
  const breakers = new Map<string, BreakerReport>();
  for (const [name, { breaker }] of Object.entries(config.providers)) {
    if (breaker !== false) breakers.set(name, { state: 'closed' });
  }
  const providers = buildProviders(config.providers, {
    credentials: known,
    transport: marked(transport, hopId),
    budget: budget?.layer,
    tracing: tracer === undefined ? undefined : traceCalls(tracer),
    onHealth: (name, now) => {
      breakers.set(name, { state: now, sinceMs: Date.now() });
      note(`the circuit of provider ${name} is ${now}`);
    },
  });
  const mcpServers = await buildMcpServers(config.mcpServers ?? {}, known);
  const models = buildModels(config.models, providers, mcpServers);
  const observed = new Map(
    Array.from(models, ([id, { target, withCalls }]): [string, Servable] => {
      const usual = runs.observed(id, target);
      if (withCalls === undefined) return [id, usual];
      return [id, ({ calls }) => (calls === undefined ? usual : runs.observed(id, withCalls(calls)))];
    }),
  );
  const endObserving =
    tracer === undefined || config.budget === undefined || budget === undefined
      ? undefined
      : observeBudgets(config.budget, budget);
  return {
    config,
    models: observed,
    providers,
    breakers,
    auth,
    budget,
    hopId,
    state,
    async [Symbol.asyncDispose]() {
      endObserving?.();
      await Promise.all(Array.from(mcpServers.values(), (server) => server[Symbol.asyncDispose]()));
      await closable?.[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}

/** Whether a caller with these roles may use a model. */
export function isGranted({ roles }: ModelConfig, held: readonly string[]): boolean {
  return roles === undefined || roles.some((role) => held.includes(role));
}
