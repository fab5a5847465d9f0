import {
  cancelled,
  invalidOptions,
  isRetryable,
  retryAfterMs,
  systemClock,
  wrapProvider,
  type AttemptEvent,
  type Call,
  type Clock,
  type ProviderLayer,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { errorCode, failedAttempt, withAttempts } from './failed-attempts.js';
import { firstContent } from './first-content.js';
import { sleep } from './sleep.js';

/** What `retry` takes. */
export interface RetryOptions {
  /** Tries in all, the first one included. @defaultValue 3 */
  readonly attempts?: number | undefined;
  /** Longest first pause, in milliseconds; each further one may be twice as long. @defaultValue 500 */
  readonly baseDelayMs?: number | undefined;
  /** Longest pause of our own choice, in milliseconds. @defaultValue 8000 */
  readonly maxDelayMs?: number | undefined;
  /** No try starts later than this after the first one began, in milliseconds. @defaultValue 120000 */
  readonly deadlineMs?: number | undefined;
  /** Uniform random number in [0, 1), for jitter. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** Told before each pause. */
  readonly onRetry?:
    | ((retry: { readonly attempt: number; readonly pauseMs: number; readonly error: unknown }) => void)
    | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Repeats a failed call while the failure is worth repeating.
 *
 * A stream is repeated only until its first event with content: once the caller has seen text, another try would say it
 * twice. A vendor's own "retry after" wins over our backoff; a wait that would pass the deadline is not begun.
 *
 * Full jitter: each pause is a random share of a limit that doubles. Source:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ (read 2026-11-23).
 *
 * @throws what the last try threw, or `cancelled` when the caller aborts the pause.
 */
export function retry(options: RetryOptions = {}): ProviderLayer {
  const { attempts = 3, baseDelayMs = 500, maxDelayMs = 8_000, deadlineMs = 120_000 } = options;
  const { random = Math.random, onRetry, clock = systemClock(globalThis) } = options;
  if (!(attempts >= 1)) throw invalidOptions('retry', `attempts must be at least 1, got ${attempts}`);

  /** Resolves when another try may start; throws `error` when none may. */
  async function pauseOrThrow(error: unknown, attempt: number, startedMs: number, call: Call): Promise<void> {
    const { signal, span } = call;
    if (attempt >= attempts || signal.aborted || !isRetryable(error)) throw error;
    const pauseMs = retryAfterMs(error) ?? random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
    if (clock.now() + pauseMs - startedMs > deadlineMs) throw error;
    onRetry?.({ attempt, pauseMs, error });
    span?.event('retry', { attempt: attempt + 1, pauseMs, error: errorCode(error) });
    try {
      await sleep(pauseMs, clock, signal);
    } catch {
      throw cancelled(signal.reason, { content: [] });
    }
  }

  return (next) =>
    wrapProvider(next, (request, call) =>
      relayStream({
        open: async () => {
          const startedMs = clock.now();
          const failed: AttemptEvent[] = [];
          for (let attempt = 1; ; attempt++) {
            try {
              const { events, first } = await firstContent(next.stream(request, call));
              return { events, first: [...failed, ...first] };
            } catch (error) {
              const earlier = [...failed];
              failed.push(failedAttempt(next, error));
              try {
                await pauseOrThrow(error, attempt, startedMs, call);
              } catch (last) {
                throw withAttempts(last, last === error ? earlier : failed);
              }
            }
          }
        },
      }),
    );
}
