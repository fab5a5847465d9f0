import { cancelled, TakoError, toTakoError, type Clock } from '@tako/core';

import { sleep } from './sleep.js';

/**
 * The part of a limiter of the package `rate-limiter-flexible` that is used: `RateLimiterRedis`, `RateLimiterPostgres`, and
 * so on. `consume` rejects with an object that holds `msBeforeNext` when the points do not suffice.
 *
 * Source: https://github.com/animir/node-rate-limiter-flexible (read 2026-11-23).
 */
export interface SharedLimiter {
  consume(key: string, points: number): Promise<unknown>;
  /** Takes more points, however few are left. */
  penalty(key: string, points: number): Promise<unknown>;
  /** Gives points back. */
  reward(key: string, points: number): Promise<unknown>;
}

/** Limits that several processes keep together in a store. */
export interface SharedLimits {
  /** One point for each call. */
  readonly requests?: SharedLimiter | undefined;
  /** One point for each token, estimated before the call and corrected after it. */
  readonly tokens?: SharedLimiter | undefined;
  /** Who shares: the account at the vendor, for example. @defaultValue `tako` */
  readonly key?: string | undefined;
}

interface Turn {
  /** How long the call may still wait, in milliseconds. */
  readonly leftMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Who waits, for errors. */
  readonly source: string;
}

/**
 * Waits until the shared limits let a call through.
 *
 * @returns a function that corrects the tokens by what the call really used
 * @throws `rate_limited` when its turn does not come in time; `transport` when the store does not answer; `cancelled`.
 */
export async function sharedTurn(shared: SharedLimits, tokens: number, turn: Turn): Promise<(used: number) => void> {
  const { key = 'tako' } = shared;
  const deadlineMs = turn.clock.now() + turn.leftMs;
  await consume(shared.requests, key, 1, deadlineMs, turn);
  await consume(shared.tokens, key, Math.ceil(tokens), deadlineMs, turn);
  return (used) => {
    const more = Math.ceil(used) - Math.ceil(tokens);
    const corrected = more > 0 ? shared.tokens?.penalty(key, more) : shared.tokens?.reward(key, -more);
    corrected?.catch(() => undefined); // the call is over: a limit that is a little off is no reason to fail it
  };
}

async function consume(
  limiter: SharedLimiter | undefined,
  key: string,
  points: number,
  deadlineMs: number,
  { clock, signal, source }: Turn,
): Promise<void> {
  if (limiter === undefined || points === 0) return;
  for (;;) {
    try {
      await limiter.consume(key, points);
      return;
    } catch (refusal) {
      const waitMs = waitOf(refusal);
      if (waitMs === undefined)
        throw toTakoError(refusal, 'transport', 'the store of shared rate limits did not answer');
      if (clock.now() + waitMs > deadlineMs) {
        const message = `${source}: the shared rate limit leaves no turn in time`;
        throw new TakoError('rate_limited', message, { source, retryAfterMs: waitMs });
      }
      try {
        await sleep(waitMs, clock, signal);
      } catch {
        throw cancelled(signal.reason, { content: [] });
      }
    }
  }
}

function waitOf(refusal: unknown): number | undefined {
  if (typeof refusal !== 'object' || refusal === null || !('msBeforeNext' in refusal)) return undefined;
  return typeof refusal.msBeforeNext === 'number' ? Math.max(1, refusal.msBeforeNext) : undefined;
}
