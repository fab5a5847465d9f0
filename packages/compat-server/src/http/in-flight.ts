import type { Clock } from '@tako/core';

import type { Failure } from '../errors/failure.js';
import { serverBusy, tooManyAtOnce } from '../errors/known-failures.js';

/** How much may go on at a time. */
export interface InFlightLimits {
  readonly maxInFlight: number;
  readonly maxInFlightPerTenant: number;
}

/** A request that is being answered. */
export interface Flight {
  readonly abort: (reason: Error) => void;
}

/** Requests that are being answered: counted, limited, and waited for when the server closes. */
export class InFlight {
  readonly #limits: InFlightLimits;
  readonly #flights = new Set<Flight>();
  readonly #perTenant = new Map<string, number>();
  #onIdle: (() => void) | undefined;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#flights.size;
  }

  /** Counts a request in. @returns why it may not start, if it may not */
  enter(tenantId: string, flight: Flight): Failure | undefined {
    const ofTenant = this.#perTenant.get(tenantId) ?? 0;
    if (ofTenant >= this.#limits.maxInFlightPerTenant) return tooManyAtOnce;
    if (this.#flights.size >= this.#limits.maxInFlight) return serverBusy;
    this.#flights.add(flight);
    this.#perTenant.set(tenantId, ofTenant + 1);
    return undefined;
  }

  /** Counts it out. Only the first time counts. */
  leave(tenantId: string, flight: Flight): void {
    if (!this.#flights.delete(flight)) return;
    const left = (this.#perTenant.get(tenantId) ?? 1) - 1;
    if (left > 0) this.#perTenant.set(tenantId, left);
    else this.#perTenant.delete(tenantId);
    if (this.#flights.size === 0) this.#onIdle?.();
  }

  /** Waits until nothing goes on, at most `ms`; then all that is left is aborted, and has `graceMs` to say so. */
  async drain(ms: number, graceMs: number, clock: Clock, reason: Error): Promise<void> {
    await this.#idle(ms, clock);
    for (const flight of this.#flights) flight.abort(reason);
    await this.#idle(graceMs, clock);
  }

  #idle(ms: number, clock: Clock): Promise<void> {
    if (this.#flights.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const stopTimer = clock.after(ms, resolve);
      this.#onIdle = () => {
        stopTimer();
        resolve();
      };
    });
  }
}
