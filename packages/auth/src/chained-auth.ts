import {
  cancelled,
  invalidOptions,
  isTakoError,
  TakoError,
  type Authenticator,
  type Credentials,
  type ErrorCode,
  type Principal,
} from '@tako/core';

/** How a chain goes on after a failure. */
export interface ChainedAuthOptions {
  /**
   * The failures after which the next authenticator is not asked.
   *
   * - `nothing`: each failure lets the next one try. When one that is down is followed by one that does not know the token,
   *   the answer is `auth`, and the caller is told that the token is wrong.
   * - `transport`: only `transport`
   * - `infrastructure`: `transport`, `timeout`, `rate_limited`, `circuit_open`, `budget_exhausted`; whoever cannot tell now
   *   is never overruled by one that does not know the token.
   *
   * `cancelled` always ends the chain. What an authenticator throws that is no `TakoError` counts as `transport`: it could
   * not tell.
   *
   * @defaultValue 'infrastructure'
   */
  readonly stopOn?: 'nothing' | 'transport' | 'infrastructure' | undefined;
}

const stopCodes: Readonly<Record<NonNullable<ChainedAuthOptions['stopOn']>, readonly ErrorCode[]>> = {
  nothing: [],
  transport: ['transport'],
  infrastructure: ['transport', 'timeout', 'rate_limited', 'circuit_open', 'budget_exhausted'],
};

/** Foreign errors may quote the token: nothing of them is handed on. */
const unexpected = 'an authenticator of the chain threw an error that is not its contract’s';

/**
 * Asks authenticators in their order; the first that knows the caller answers. A chain may hold chains, each with its own
 * `stopOn`: the outer one sees the inner one's error.
 *
 * ```ts
 * new ChainedAuth([staticTokens, jwtAuth]);
 * ```
 */
export class ChainedAuth implements Authenticator {
  readonly #authenticators: readonly Authenticator[];
  readonly #stopCodes: readonly ErrorCode[];

  /** @throws `invalid` for an empty list, an entry that is no authenticator, or an unknown `stopOn` */
  constructor(authenticators: readonly Authenticator[], options: ChainedAuthOptions = {}) {
    const { stopOn = 'infrastructure' } = options;
    if (!Array.isArray(authenticators) || authenticators.length === 0) {
      throw invalidOptions('ChainedAuth', 'pass a list of at least one authenticator');
    }
    for (const [at, entry] of authenticators.entries()) {
      const given: Partial<Authenticator> | null | undefined = entry; // callers without types pass anything
      if (typeof given?.authenticate !== 'function') {
        throw invalidOptions('ChainedAuth', `the entry at index ${at} is no authenticator`);
      }
    }
    if (!Object.hasOwn(stopCodes, stopOn)) {
      throw invalidOptions('ChainedAuth', "stopOn must be 'nothing', 'transport' or 'infrastructure'");
    }
    this.#authenticators = [...authenticators];
    this.#stopCodes = stopCodes[stopOn];
  }

  /**
   * @throws the error that ended the chain, else that of the last authenticator; `cancelled` when the signal aborts
   */
  async authenticate(
    credentials: Credentials,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Principal> {
    const { signal } = options;
    throwIfAborted(signal);
    let failure: unknown;
    for (const authenticator of this.#authenticators) {
      try {
        return await authenticator.authenticate(credentials, options);
      } catch (error) {
        throwIfAborted(signal);
        failure = isTakoError(error) ? error : new TakoError('transport', unexpected);
        if (isTakoError(failure, 'cancelled', ...this.#stopCodes)) throw failure;
      }
    }
    throw failure;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal.reason);
}
