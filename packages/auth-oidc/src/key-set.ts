import { TakoError, toTakoError, type Clock } from '@tako/core';
import { orAborted, ownError, withDeadline } from '@tako/core/provider';
import { createLocalJWKSet, errors, type CryptoKey, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';

/** Where keys come from, and how long they are good. */
export interface KeySetOptions {
  readonly source: string;
  /** Gets the JSON Web Key Set (RFC 7517, section 5) of the identity provider. */
  readonly load: (signal: AbortSignal) => Promise<unknown>;
  readonly timeoutMs: number;
  /** The keys are loaded anew when they are older. */
  readonly maxAgeMs: number;
  /** Old keys are used as long as this, where loading fails. */
  readonly maxStaleMs: number;
  /** There is at most one load in this time, whatever tokens come. */
  readonly coolDownMs: number;
  readonly clock: Clock;
}

type Keys = ReturnType<typeof createLocalJWKSet>;

/**
 * The keys of an identity provider, loaded when the first token comes. All who wait share one load; a caller that gives up does
 * not end it for the others.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #keys: Keys | undefined;
  #loadedAtMs = -Infinity;
  #triedAtMs = -Infinity;
  /** Why the last load failed; `undefined` when it did not. */
  #failure: TakoError | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /**
   * The key that a token names.
   *
   * @throws jose's `JWKSNoMatchingKey` or `JWKSMultipleMatchingKeys`; `transport`, `timeout` or `rate_limited` when there are no
   *   keys, and when the key is not among those that are there and newer ones could not be loaded; `cancelled`.
   */
  async find(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
    signal: AbortSignal | undefined,
  ): Promise<CryptoKey> {
    if (this.#ageMs() >= this.#options.maxAgeMs) await this.#load(signal);
    const before = this.#usable();
    try {
      return await before(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#load(signal);
      // Newer keys may hold it: as long as they cannot be had, nobody can tell.
      if (this.#failure !== undefined) throw ownError(this.#failure);
      const now = this.#usable();
      if (now === before) throw error;
      return await now(header, token);
    }
  }

  #ageMs(): number {
    const { clock, maxAgeMs } = this.#options;
    const ageMs = clock.now() - this.#loadedAtMs;
    // A clock that was set back: nobody knows how old they are.
    return ageMs < 0 ? maxAgeMs : ageMs;
  }

  #usable(): Keys {
    if (this.#keys !== undefined && this.#ageMs() < this.#options.maxStaleMs) return this.#keys;
    throw this.#failure === undefined
      ? new TakoError('transport', `${this.#options.source}: there are no keys to check tokens with`)
      : ownError(this.#failure);
  }

  /** Resolves also when loading fails. */
  #load(signal: AbortSignal | undefined): Promise<void> {
    const { clock, coolDownMs } = this.#options;
    if (this.#loading === undefined) {
      const sinceMs = clock.now() - this.#triedAtMs;
      if (sinceMs >= 0 && sinceMs < coolDownMs) return Promise.resolve();
      this.#triedAtMs = clock.now();
      this.#loading = this.#loadNow().finally(() => {
        this.#loading = undefined;
      });
    }
    return orAborted(this.#loading, signal);
  }

  async #loadNow(): Promise<void> {
    const { source, load, timeoutMs, clock } = this.#options;
    try {
      const loaded = await withDeadline({ source, what: 'the keys', timeoutMs, clock }, load);
      // Its parser takes any value, and throws for one that is no key set.
      this.#keys = createLocalJWKSet(loaded as Parameters<typeof createLocalJWKSet>[0]);
      this.#loadedAtMs = clock.now();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = toTakoError(error, 'transport', `${source}: the keys of the identity provider cannot be read`);
    }
  }
}
