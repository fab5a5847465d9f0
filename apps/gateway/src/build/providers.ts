import { withLayers, type HttpTransport, type Provider, type ProviderLayer } from '@tako/core';
import { anthropic } from '@tako/provider-anthropic/fetch';
import { azureOpenAI } from '@tako/provider-azure-openai/fetch';
import { bedrock } from '@tako/provider-bedrock';
import { httpGeneric } from '@tako/provider-http-generic';
import { mistral } from '@tako/provider-mistral';
import { ollama } from '@tako/provider-ollama';
import { openai } from '@tako/provider-openai/fetch';
import { responses } from '@tako/provider-openai/responses';
import { vertex } from '@tako/provider-vertex';
import { fallback, hedge, reliable, type CircuitBreakerState } from '@tako/reliability';

import type { GatewayConfig, ProviderConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';
import { offline } from './offline.js';

/** What all providers of a gateway share. */
export interface ProviderSurroundings {
  readonly credentials: Credentials;
  /** Sends the requests. */
  readonly transport: HttpTransport;
  readonly budget: ProviderLayer | undefined;
  /** Goes around each call, outside of all other layers. */
  readonly tracing: ProviderLayer | undefined;
  /** Told when a breaker opens or closes. */
  readonly onHealth: (name: string, state: CircuitBreakerState) => void;
}

/** The providers of a config by name, in all their layers: tracing, fallback, retry, breaker, rate limit, budget. */
export function buildProviders(
  configs: GatewayConfig['providers'],
  surroundings: ProviderSurroundings,
): ReadonlyMap<string, Provider> {
  const { budget, tracing, onHealth } = surroundings;
  const guarded = new Map<string, Provider>();
  for (const [name, config] of Object.entries(configs)) {
    const { retries = 2, retryDeadlineMs: deadlineMs, breaker, hedgeAfterMs: afterMs } = config;
    const layer = reliable({
      budget,
      rateLimit: config.limits,
      retry: retries === 0 ? false : { attempts: retries + 1, deadlineMs },
      circuitBreaker:
        breaker === false
          ? false
          : {
              ...breaker,
              onStateChange: (state) => {
                onHealth(name, state);
              },
            },
    });
    const reliably = layer(makeProvider(config, surroundings));
    guarded.set(name, afterMs === undefined ? reliably : hedge({ afterMs })(reliably));
  }
  const find = (name: string): Provider => {
    const provider = guarded.get(name);
    if (provider === undefined) throw new Error(`there is no provider "${name}"`); // the config was checked for that
    return provider;
  };
  return new Map(
    Object.entries(configs).map(([name, { fallback: others = [] }]) => [
      name,
      withLayers(find(name), [
        ...(tracing === undefined ? [] : [tracing]),
        ...(others.length === 0 ? [] : [fallback({ providers: others.map(find) })]),
      ]),
    ]),
  );
}

function makeProvider(config: ProviderConfig, { credentials, transport }: ProviderSurroundings): Provider {
  const apiKey = 'apiKey' in config && config.apiKey !== undefined ? credentials.of(config.apiKey) : undefined;
  switch (config.vendor) {
    case 'openai': {
      const { api, ...options } = wireOf(config);
      return openai({ ...options, api: api === 'responses' ? responses : undefined, apiKey, transport });
    }
    case 'anthropic':
      return anthropic({ ...wireOf(config), apiKey, transport });
    case 'mistral':
      return mistral({ ...wireOf(config), apiKey, transport });
    case 'ollama':
      return ollama({ ...wireOf(config), apiKey, transport });
    case 'azure-openai':
      return azureOpenAI({ ...wireOf(config), apiKey, transport });
    case 'vertex':
      return vertex({ ...wireOf(config), accessToken: credentials.of(config.accessToken), transport });
    case 'bedrock':
      return bedrock({ ...wireOf(config), apiKey });
    case 'http': {
      const { headers = {}, ...options } = wireOf(config);
      const secretHeaders = Object.entries(headers).map(([name, value]) => [name, credentials.of(value)] as const);
      return httpGeneric({
        ...options,
        headers: Object.fromEntries(secretHeaders),
        apiKey,
        transport,
        stream: { format: 'openai_sse' },
      });
    }
    case 'offline':
      return offline(config.price);
    default:
      return config satisfies never;
  }
}

/** What a provider itself takes: without what is done around it. */
function wireOf<T extends ProviderConfig>(config: T): Omit<Omit<T, OuterKey>, RetryKey> {
  const { vendor: _, limits: _1, fallback: _2, hedgeAfterMs: _3, ...rest } = config;
  const { retries: _4, retryDeadlineMs: _5, breaker: _6, ...wire } = rest;
  return wire;
}

type OuterKey = 'vendor' | 'limits' | 'fallback' | 'hedgeAfterMs';
type RetryKey = 'retries' | 'retryDeadlineMs' | 'breaker';
