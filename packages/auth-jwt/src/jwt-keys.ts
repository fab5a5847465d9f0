import type { KeyObject } from 'node:crypto';

import type { Clock } from '@tako/core';

import type { JwtAlgorithm } from './jwt-algorithm.js';

/** What a token says about the key it was signed with. */
export interface KeyQuery {
  readonly algorithm: JwtAlgorithm;
  /** The header's `kid`: a name to look up, never a place. */
  readonly keyId: string | undefined;
}

/** What finding a key may need. */
export interface KeyContext {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** The keys that a `JwtAuth` trusts: made by `hs256`, `rs256`, `es256`, `ed25519`, `jwksFile` or `jwksUrl`. */
export interface JwtKeys {
  /** No other algorithm is looked at. */
  readonly algorithms: readonly JwtAlgorithm[];
  /**
   * The one key for such a token.
   *
   * @throws `auth` when there is none, or more than one; `transport`, `timeout` or `rate_limited` when that cannot be told now;
   *   `cancelled`
   */
  find(query: KeyQuery, context: KeyContext): Promise<KeyObject>;
}
