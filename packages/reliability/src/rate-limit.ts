import { estimateUsage, invalidOptions, retryAfterMs, systemClock, wrapProvider } from '@tako/core';
import type { Call, ChatRequest, Clock, JsonSchema, ProviderLayer, ToolSchema, Usage } from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { Limiter, type Limits } from './limiter.js';
import { readRateLimitHeaders } from './rate-limit-headers.js';
import { sharedTurn, type SharedLimits } from './shared-limits.js';

/** What `rateLimit` takes. Limits that are left out do not hold. */
export interface RateLimitOptions {
  readonly requestsPerMinute?: number | undefined;
  /** Input and output together: estimated before a call, corrected by what it used. */
  readonly tokensPerMinute?: number | undefined;
  /** Calls at the same time. */
  readonly concurrency?: number | undefined;
  /** Longest wait for a call's turn, in milliseconds; 0 refuses at once. @defaultValue 60000 */
  readonly maxWaitMs?: number | undefined;
  /**
   * Whether the vendor's own figures count, from the headers of its answers: its limits where none are set here, what is
   * left of them always. @defaultValue true
   */
  readonly learn?: boolean | undefined;
  /** Limits that several processes keep together, besides those of this one. */
  readonly shared?: SharedLimits | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Keeps calls under a vendor's limits instead of running into them: they wait for their turn, first come first served.
 * When the vendor answers `rate_limited` all the same, nobody is let through until the time it named is over.
 *
 * One limiter serves all providers that it is applied to: the limits of an account hold for its models together.
 *
 * @throws `rate_limited` with `retryAfterMs` for a call whose turn does not come in time; `cancelled`; `transport` when
 *   the store of shared limits does not answer.
 */
export function rateLimit(options: RateLimitOptions): ProviderLayer {
  const { clock = systemClock(globalThis), maxWaitMs = 60_000, learn = true, shared } = options;
  const limiter = new Limiter(limitsOf(options), clock);
  const expectedTokens = tokenEstimator();
  return (next) =>
    wrapProvider(next, (request, call) => {
      const expected = shared?.tokens !== undefined || limiter.countsTokens ? expectedTokens(request) : 0;
      let correctShared: (usedTokens: number) => void = () => undefined;
      let used: Usage | undefined;
      const leave = (): void => {
        const tokens = used === undefined ? expected : used.inputTokens + used.outputTokens;
        limiter.leave(expected, tokens);
        correctShared(tokens);
      };
      return relayStream({
        open: async () => {
          const startedMs = clock.now();
          await limiter.enter(expected, maxWaitMs, call.signal, next.id);
          if (shared !== undefined) {
            const leftMs = maxWaitMs - (clock.now() - startedMs);
            try {
              correctShared = await sharedTurn(shared, expected, {
                leftMs,
                clock,
                signal: call.signal,
                source: next.id,
              });
            } catch (error) {
              limiter.leave(expected, 0);
              throw error;
            }
          }
          tellWait(call, clock.now() - startedMs);
          return { events: next.stream(request, call) };
        },
        onEvent: (event) => {
          if (learn && event.type === 'start' && event.rateLimits !== undefined) {
            limiter.learn(readRateLimitHeaders(event.rateLimits));
          }
        },
        onFinish: ({ usage }) => {
          used = usage;
          leave();
        },
        onFail: (error) => {
          leave();
          const waitMs = retryAfterMs(error);
          if (waitMs !== undefined) limiter.holdFor(waitMs);
          return error;
        },
        onLeave: leave,
      });
    });
}

/** Only a wait is worth telling. */
function tellWait({ span }: Call, waitedMs: number): void {
  if (waitedMs > 0) span?.event('rate_limit_wait', { waitedMs });
}

function limitsOf({
  requestsPerMinute = Infinity,
  tokensPerMinute = Infinity,
  concurrency = Infinity,
}: RateLimitOptions): Limits {
  const limits = { requestsPerMinute, tokensPerMinute, concurrency };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value >= 1)) throw invalidOptions('rateLimit', `${name} must be at least 1, got ${value}`);
  }
  return limits;
}

/** Estimates a call's tokens. The schema of a tool is written out once. */
function tokenEstimator(): (request: ChatRequest) => number {
  const tokensOfSchema = new WeakMap<JsonSchema, number>();
  const schemaTokens = (tool: ToolSchema): number => {
    const known = tokensOfSchema.get(tool.inputSchema);
    if (known !== undefined) return known;
    const tokens = estimateUsage({ messages: [], tools: [tool] }, []).inputTokens;
    tokensOfSchema.set(tool.inputSchema, tokens);
    return tokens;
  };
  return ({ messages, tools = [], maxOutputTokens = 0 }) => {
    let tokens = estimateUsage({ messages }, []).inputTokens + maxOutputTokens;
    for (const tool of tools) tokens += schemaTokens(tool);
    return tokens;
  };
}
