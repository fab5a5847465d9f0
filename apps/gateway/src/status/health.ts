import type { BreakerReport } from '../build/build-gateway.js';
import { needsOf } from '../config/parts-of-model.js';
import type { GatewayConfig } from '../config/gateway-config.js';

/** Whether something can be asked now: `degraded` is answered by stand-ins, or by a part of what it is made of. */
export type Health = 'ok' | 'degraded' | 'down';

/** How providers and models are, by what their circuits say. */
export class HealthReport {
  readonly #config: GatewayConfig;
  readonly #breakers: ReadonlyMap<string, BreakerReport>;

  constructor(config: GatewayConfig, breakers: ReadonlyMap<string, BreakerReport>) {
    this.#config = config;
    this.#breakers = breakers;
  }

  provider(name: string): Health {
    if (this.#isClosed(name)) return 'ok';
    const others = this.#config.providers[name]?.fallback ?? [];
    return others.some((other) => this.#isClosed(other)) ? 'degraded' : 'down';
  }

  /** A model that needs one thing is as well as that; one that chooses among several is down when all are. */
  model(name: string): Health {
    const model = this.#config.models[name];
    if (model === undefined) return 'down';
    const parts = needsOf(model).map((part) =>
      Object.hasOwn(this.#config.providers, part) ? this.provider(part) : this.model(part),
    );
    if (parts.every((part) => part === 'ok')) return 'ok';
    return parts.every((part) => part === 'down') ? 'down' : 'degraded';
  }

  #isClosed(name: string): boolean {
    return this.#breakers.get(name)?.state !== 'open';
  }
}
