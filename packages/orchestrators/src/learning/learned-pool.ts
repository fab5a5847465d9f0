import {
  invalidOptions,
  type JsonObject,
  type JsonValue,
  type Outcome,
  type Provider,
  type RouteRequest,
} from '@tako/core';

import { questionOf } from '../routers/question.js';
import { encoded, versionOf, type Encoder } from './encoder.js';

/** Those whom something learned knows about, and how it reads requests. */
export class LearnedPool {
  readonly ids: readonly string[];
  readonly encoder: Encoder;
  readonly #where: string;
  #width: number | undefined;

  /** @throws `invalid` for nobody, or an id twice */
  constructor(ids: readonly string[], encoder: Encoder, where: string) {
    if (ids.length === 0 || new Set(ids).size < ids.length) {
      throw invalidOptions(where, 'the pool must hold at least one id, and each once');
    }
    this.ids = [...ids];
    this.encoder = encoder;
    this.#where = where;
  }

  /** @throws `invalid` for a candidate that is not in the pool: it could never be chosen */
  check(candidates: readonly Provider[]): void {
    const strangers = candidates.filter(({ id }) => !this.ids.includes(id)).map(({ id }) => id);
    if (strangers.length === 0) return;
    throw invalidOptions(this.#where, `it knows ${this.ids.join(', ')}; offered was ${strangers.join(', ')}`);
  }

  /** What stands for a request. */
  featuresOf({ request }: Pick<RouteRequest, 'request'>): Float32Array {
    return encoded(this.encoder, questionOf(request), this.#where);
  }

  /** What stood for the request of an outcome; `undefined` where it is not known, or was not made by this encoder. */
  featuresIn({ features, request }: Outcome): Float32Array | undefined {
    if (features === undefined && request === undefined) return undefined;
    try {
      const read =
        features === undefined && request !== undefined
          ? this.featuresOf({ request })
          : Float32Array.from(features ?? []);
      // Whoever hands out numbers of another width must not decide what the router learns from.
      this.#width ??= encoded(this.encoder, '', this.#where).length;
      return read.length === this.#width && read.every((feature) => Number.isFinite(feature)) ? read : undefined;
    } catch {
      return undefined; // an encoder that cannot read it: such an outcome teaches nothing
    }
  }

  /** What a state has to begin with, so that `checkState` knows it again. */
  state(): { pool: string[]; features: string } {
    return { pool: [...this.ids], features: versionOf(this.encoder) };
  }

  /** @throws `invalid` for the state of another pool, or of other features */
  checkState({ pool, features }: JsonObject): void {
    const version = versionOf(this.encoder);
    if (JSON.stringify(pool) !== JSON.stringify(this.ids)) {
      throw invalidOptions(
        this.#where,
        `initialState is of another pool: ${inWords(pool)}; this one is ${this.ids.join(', ')}`,
      );
    }
    if (features !== version) {
      throw invalidOptions(
        this.#where,
        `initialState is of other features: ${inWords(features)}; these are ${version}`,
      );
    }
  }
}

function inWords(value: JsonValue | undefined): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 200);
}
