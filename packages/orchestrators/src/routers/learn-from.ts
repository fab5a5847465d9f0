import {
  costUsd,
  isTakoError,
  systemClock,
  wrapProvider,
  type Clock,
  type Provider,
  type ProviderLayer,
  type Router,
  type RunResult,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

/** What `learnFrom` takes besides the router. */
export interface LearnFromOptions {
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * A layer that tells a router what comes of every call: latency, cost, failure. Put it around each candidate, outermost.
 * Aborted calls teach nothing. How good an answer was only its judge can say: see `learnFromRun`.
 */
export function learnFrom(router: Router, { clock = systemClock(globalThis) }: LearnFromOptions = {}): ProviderLayer {
  return (next) =>
    wrapProvider(next, (request, call) => {
      let answeredBy: Pick<Provider, 'id' | 'price'> = next;
      let startedMs = 0;
      return relayStream({
        open: () => {
          startedMs = clock.now();
          return Promise.resolve({ events: next.stream(request, call) });
        },
        onEvent: (event) => {
          if (event.type === 'start') answeredBy = event.answeredBy ?? answeredBy;
          else if (event.type === 'attempt' && event.error !== undefined && event.error !== 'cancelled') {
            router.learn?.({ providerId: event.providerId, request, error: event.error });
          }
        },
        onFinish: ({ usage }) => {
          const { id: providerId, price } = answeredBy;
          const cost = usage === undefined || price === undefined ? {} : { costUsd: costUsd(usage, price) };
          router.learn?.({ providerId, request, latencyMs: clock.now() - startedMs, ...cost });
        },
        onFail: (error) => {
          const code = isTakoError(error) ? error.code : 'provider';
          if (!call.signal.aborted && code !== 'cancelled') {
            router.learn?.({ providerId: answeredBy.id, request, latencyMs: clock.now() - startedMs, error: code });
          }
          return error;
        },
      });
    });
}

/**
 * Tells a router what came of a finished run: every model call of it, those that went well with the score that the answer
 * got. Use it in place of `learnFrom`, not beside it: a call that is told twice counts twice.
 *
 * @param score of the answer, 0 to 1; absent where nobody has judged it
 */
export function learnFromRun(router: Router, result: RunResult, score?: number): void {
  const asked = result.messages.findLastIndex(({ role }) => role === 'user');
  const request = { messages: result.messages.slice(0, asked + 1) };
  for (const { providerId, costUsd: cost, durationMs, error } of result.calls) {
    if (error === 'cancelled') continue;
    const how = { providerId, request, costUsd: cost, latencyMs: durationMs };
    router.learn?.(error === undefined ? { ...how, score } : { ...how, error });
  }
}
