import { isTakoError, type Clock, type Principal } from '@tako/core';

import { Refusal } from '../errors/failure.js';
import { tooManyAttempts } from '../errors/known-failures.js';
import { fingerprint } from '../state/fingerprint.js';
import { clientNetwork } from './client-network.js';

const minuteMs = 60_000;
/** So many networks are counted at a time; the oldest are forgotten. */
const mostNetworks = 10_000;
/** So many credentials that were good are remembered; the oldest are forgotten. */
const mostGood = 10_000;

interface Window {
  failures: number;
  readonly endsMs: number;
}

/**
 * Counts those who could not be identified, by where they come from. Once there were too many in a minute, nobody is asked about
 * further credentials from there. Only those that were good meanwhile are: many clients may share an address, that of a proxy for
 * instance, and one of them must not shut the others out.
 */
export class FailedAuths {
  readonly #mostPerMinute: number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  /** SHA-256 of credentials that were good while their network had failures. */
  readonly #good = new Set<string>();

  constructor(mostPerMinute: number, clock: Clock) {
    this.#mostPerMinute = mostPerMinute;
    this.#clock = clock;
  }

  /**
   * Finds out who is calling by `identify`, if it may be asked.
   *
   * @param address where the request comes from; `undefined` where that is not known: then nothing is counted
   * @throws `Refusal` for too many failures; what `identify` throws, of which `auth` alone counts
   */
  async guard(address: string | undefined, credential: string, identify: () => Promise<Principal>): Promise<Principal> {
    if (address === undefined) return await identify();
    const network = clientNetwork(address);
    const window = this.#window(network);
    const hash = window === undefined ? '' : await fingerprint(credential);
    if (window !== undefined && window.failures >= this.#mostPerMinute && !this.#good.has(hash)) {
      const seconds = Math.max(1, Math.ceil((window.endsMs - this.#clock.now()) / 1_000));
      throw new Refusal(tooManyAttempts(seconds), `too many failed authentications from ${network}`);
    }
    try {
      const principal = await identify();
      if (window !== undefined) this.#remember(hash);
      return principal;
    } catch (error) {
      if (isTakoError(error, 'auth')) {
        this.#good.delete(hash);
        this.#count(network);
      }
      throw error;
    }
  }

  #window(network: string): Window | undefined {
    const window = this.#windows.get(network);
    return window !== undefined && window.endsMs > this.#clock.now() ? window : undefined;
  }

  #count(network: string): void {
    const window = this.#window(network);
    if (window !== undefined) {
      window.failures++;
      return;
    }
    const nowMs = this.#clock.now();
    this.#windows.delete(network); // a window that begins anew is the youngest
    this.#windows.set(network, { failures: 1, endsMs: nowMs + minuteMs });
    for (const [oldest, { endsMs }] of this.#windows) {
      if (this.#windows.size <= mostNetworks && endsMs > nowMs) break;
      this.#windows.delete(oldest);
    }
  }

  #remember(hash: string): void {
    this.#good.delete(hash);
    this.#good.add(hash);
    for (const oldest of this.#good) {
      if (this.#good.size <= mostGood) break;
      this.#good.delete(oldest);
    }
  }
}
