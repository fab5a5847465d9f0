import { TakoError, toTakoError, type Clock, type Principal } from '@tako/core';
import { orAborted, ownError, withDeadline, type TokenClaims } from '@tako/core/provider';

import { AnswerCache, hashOf, type AnswerCacheOptions } from './answer-cache.js';
import { checkAnswer, type AnswerRules } from './check-answer.js';

/** Who a good token stands for, and what it is bound to. */
export interface KnownToken {
  readonly principal: Principal;
  /** What checks that come later look at: `cnf` (RFC 7800) and `sub`, where they are there. */
  readonly claims: TokenClaims;
}

/** How tokens are asked about. */
export interface IntrospectorOptions extends AnswerCacheOptions {
  readonly source: string;
  /** Asks the identity provider, and gives its whole answer. */
  readonly ask: (token: string, signal: AbortSignal) => Promise<TokenClaims>;
  readonly rules: AnswerRules;
  readonly principalOf: (claims: TokenClaims) => Principal;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Asks the identity provider whether tokens are good (RFC 7662), and remembers the answers for a while. All who wait for the same
 * token share one question; a caller that gives up does not end it for the others.
 */
export class Introspector {
  readonly #options: IntrospectorOptions;
  readonly #cache: AnswerCache<KnownToken>;
  readonly #asking = new Map<string, Promise<KnownToken>>();

  constructor(options: IntrospectorOptions) {
    this.#options = options;
    this.#cache = new AnswerCache(options);
  }

  /**
   * @throws `auth` when the token is not good; `transport`, `timeout` or `rate_limited` when the identity provider cannot tell;
   *   `cancelled`
   */
  async check(token: string, signal: AbortSignal | undefined): Promise<KnownToken> {
    const hash = hashOf(token);
    const known = this.#cache.find(hash);
    if (known !== undefined) {
      if ('good' in known) return known.good;
      throw new TakoError('auth', known.refused);
    }
    let asking = this.#asking.get(hash);
    if (asking === undefined) {
      asking = this.#ask(token, hash).finally(() => this.#asking.delete(hash));
      asking.catch(() => undefined); // heard below, or nobody waits for it any more
      this.#asking.set(hash, asking);
    }
    try {
      return await orAborted(asking, signal);
    } catch (error) {
      throw ownError(toTakoError(error, 'transport', `${this.#options.source}: introspection failed`));
    }
  }

  async #ask(token: string, hash: string): Promise<KnownToken> {
    const { source, ask, rules, principalOf, timeoutMs, clock } = this.#options;
    const askedAtMs = clock.now();
    try {
      const claims = await withDeadline({ source, what: 'introspection', timeoutMs, clock }, (signal) =>
        ask(token, signal),
      );
      const { expiresAtMs } = checkAnswer(claims, rules, clock.now());
      const known = { principal: principalOf(claims), claims: bindingOf(claims) };
      this.#cache.keepGood(hash, known, askedAtMs, expiresAtMs);
      return known;
    } catch (error) {
      const refused = toTakoError(error, 'transport', `${source}: introspection failed`);
      if (refused.code === 'auth') this.#cache.keepRefused(hash, refused.message, askedAtMs);
      throw refused;
    }
  }
}

/** What is still needed of the claims; the rest is not kept. */
function bindingOf(claims: TokenClaims): TokenClaims {
  const kept: Record<string, unknown> = {};
  for (const name of ['cnf', 'sub']) if (Object.hasOwn(claims, name)) kept[name] = claims[name];
  return kept;
}
