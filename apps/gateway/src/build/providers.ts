import { withLayers, type HttpTransport, type Provider, type ProviderLayer } from '@tako/core';
import { anthropic } from '@tako/provider-anthropic/fetch';
import { azureOpenAI } from '@tako/provider-azure-openai/fetch';
import { bedrock } from '@tako/provider-bedrock';
import { httpGeneric } from '@tako/provider-http-generic';
import { mistral } from '@tako/provider-mistral';
import { ollama } from '@tako/provider-ollama';
import { openai } from '@tako/provider-openai/fetch';
import { vertex } from '@tako/provider-vertex';
import { fallback, reliable, type CircuitBreakerState } from '@tako/reliability';

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
    const layer = reliable({
      budget,
      rateLimit: config.limits,
      retry: config.retries === 0 ? false : config.retries === undefined ? undefined : { attempts: config.retries + 1 },
      circuitBreaker: {
        onStateChange: (state) => {
          onHealth(name, state);
        },
      },
    });
    guarded.set(name, layer(makeProvider(config, surroundings)));
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
      const { model, baseUrl, organization, price } = config;
      return openai({ model, baseUrl, organization, price, apiKey, transport });
    }
    case 'anthropic': {
      const { model, baseUrl, price } = config;
      return anthropic({ model, baseUrl, price, apiKey, transport });
    }
    case 'mistral': {
      const { model, baseUrl, price } = config;
      return mistral({ model, baseUrl, price, apiKey, transport });
    }
    case 'ollama': {
      const { model, baseUrl, price } = config;
      return ollama({ model, baseUrl, price, apiKey, transport });
    }
    case 'azure-openai': {
      const { deployment, endpoint, model, price } = config;
      return azureOpenAI({ deployment, endpoint, model, price, apiKey, transport });
    }
    case 'vertex': {
      const { model, project, location, price } = config;
      return vertex({
        model,
        project,
        location,
        price,
        accessToken: credentials.of(config.accessToken),
        transport,
      });
    }
    case 'bedrock': {
      const { model, region, profile, price } = config;
      return bedrock({ model, region, profile, price, apiKey });
    }
    case 'http': {
      const { model, url, price } = config;
      return httpGeneric({ model, url, price, apiKey, transport, stream: { format: 'openai_sse' } });
    }
    case 'offline':
      return offline(config.price);
    default:
      return config satisfies never;
  }
}
